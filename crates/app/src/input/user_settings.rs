//! Settings of a user as clients send them.

use rondo_domain::{Name, TimeZoneName, UserSettingsPatch, WeekStart};
use serde_json::Value;

use super::{parse_object, text};
use crate::error::{Error, Location};

/// A partial change: absent fields stay, and none may be null.
///
/// # Errors
/// [`Error::Invalid`] with all problems.
pub fn user_settings_patch(body: Value) -> Result<UserSettingsPatch, Error> {
    let mut fields = parse_object(Location::Body, body)?;
    let time_zone = fields.optional("timezone", text(TimeZoneName::parse));
    let week_start = fields.optional("week_start", text(WeekStart::parse));
    let name = fields.optional("name", text(Name::parse));
    fields.finish(|| {
        Some(UserSettingsPatch { time_zone: time_zone?, week_start: week_start?, name: name? })
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::problems, *};

    #[test]
    fn a_setting_is_changed_or_absent() {
        assert_eq!(user_settings_patch(json!({})).ok(), Some(UserSettingsPatch::default()));
        let body = json!({"timezone": " europe/berlin ", "week_start": "Sunday", "name": " Ada "});
        let patch = user_settings_patch(body).expect("all three are right");
        assert_eq!(patch.time_zone.as_ref().map(TimeZoneName::as_str), Some("Europe/Berlin"));
        assert_eq!(patch.week_start, Some(WeekStart::Sunday));
        assert_eq!(patch.name.as_ref().map(Name::as_str), Some("Ada"));
    }

    #[test]
    fn every_problem_of_settings_is_listed() {
        let nulls = json!({"timezone": null, "week_start": null, "name": null});
        assert_eq!(
            problems(user_settings_patch(nulls)),
            ["body.timezone string_type", "body.week_start string_type", "body.name string_type"]
        );
        let wrong = json!({"timezone": "Mars/Olympus", "week_start": "friday", "name": "x\0"});
        assert_eq!(
            problems(user_settings_patch(wrong)),
            ["body.timezone value_error", "body.week_start literal_error", "body.name value_error"]
        );
        assert_eq!(
            problems(user_settings_patch(json!({"name": "x".repeat(256)}))),
            ["body.name string_too_long"]
        );
        assert_eq!(problems(user_settings_patch(json!([]))), ["body.* model_attributes_type"]);
    }

    #[test]
    fn unknown_settings_are_ignored() {
        let body = json!({"user_id": "bob", "time_zone": "nowhere", "updated_at": 0});
        assert_eq!(user_settings_patch(body).ok(), Some(UserSettingsPatch::default()));
    }
}
