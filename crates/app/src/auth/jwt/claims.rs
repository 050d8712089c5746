//! What a verified token says, and whether we believe it.
//!
//! Pure: the time is an argument, and no key or database is in sight. A claim
//! of the wrong type makes the whole token invalid; leaving it out of account
//! would let a token without an end pass (CVE-2026-25537).

use std::fmt;

use rondo_domain::{SessionId, Timestamp, UserId};
use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, Visitor},
};
use serde_json::Value;

use super::refused::Refused;
use crate::error::Why;

/// How far the clocks of two servers may be apart.
pub(crate) const LEEWAY_SECONDS: i64 = 30;

/// The claims we look at. The names of those that name the user are all tried
/// in order, so each is kept whatever its type.
#[derive(Debug, Default)]
pub(crate) struct Claims {
    sub: Option<Value>,
    user_ids: [Option<Value>; 3],
    sid: Option<Value>,
    iss: Option<Value>,
    aud: Option<Value>,
    exp: Option<f64>,
    nbf: Option<f64>,
    iat: Option<f64>,
    has_email: bool,
    asks_for_mail_action: bool,
    has_others: bool,
}

impl Claims {
    /// Whether the times allow the token now.
    ///
    /// # Errors
    /// [`Why::Expired`] past `exp`; [`Why::InvalidToken`] without `exp`, before
    /// `nbf`, or when it claims to be issued in the future.
    pub fn check_times(&self, now: Timestamp) -> Result<(), Why> {
        let now = seconds(now);
        let leeway = seconds_of(LEEWAY_SECONDS);
        let starts = [self.nbf, self.iat];
        if starts.into_iter().flatten().any(|start| start > now + leeway) {
            return Err(Why::InvalidToken);
        }
        match self.exp {
            None => Err(Why::InvalidToken),
            Some(exp) if exp + leeway <= now => Err(Why::Expired),
            Some(_) => Ok(()),
        }
    }

    /// The moment from which on the token is refused, leeway included; held
    /// within the years that a [`Timestamp`] knows.
    pub fn dead_at(&self) -> Timestamp {
        let epoch = Timestamp::from_seconds(0).expect("the epoch is a moment");
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a float that does not fit becomes the nearest integer, which is wanted"
        )]
        let exp = self.exp.unwrap_or_default().ceil() as i64;
        epoch.plus_seconds(exp.saturating_add(LEEWAY_SECONDS))
    }

    /// Whether this is one of Better Auth's e-mail verification tokens, which
    /// are signed with the same secret and travel in links.
    ///
    /// They say what is to be done (`requestType`, `updateTo`), or they hold an
    /// address and nothing but it, `userId` and the times.
    pub const fn is_for_email_verification(&self) -> bool {
        self.asks_for_mail_action || (self.has_email && !self.has_others)
    }

    /// Who the token is about: `sub` when it is there, otherwise the first of
    /// `userId`, `id`, `user_id`.
    ///
    /// # Errors
    /// [`Why::InvalidIdentity`] when that claim is not text, or blank, or when
    /// there is none.
    pub fn user_id(&self) -> Result<UserId, Why> {
        let named = self.sub.as_ref().or_else(|| self.user_ids.iter().flatten().next());
        let id = named.and_then(Value::as_str).ok_or(Why::InvalidIdentity)?;
        UserId::parse(id).map_err(|_| Why::InvalidIdentity)
    }

    /// Our login session, when the token names one.
    ///
    /// # Errors
    /// [`Why::InvalidToken`] when `sid` cannot be a session of ours.
    pub fn session_id(&self) -> Result<Option<SessionId>, Why> {
        let Some(sid) = &self.sid else {
            return Ok(None);
        };
        let id = sid.as_str().and_then(SessionId::new);
        id.map(Some).ok_or(Why::InvalidToken)
    }

    /// Whether the token comes from this issuer and is meant for this
    /// audience; what is not configured is not looked at.
    ///
    /// # Errors
    /// The claim that says something else.
    pub fn check_origin(
        &self,
        issuer: Option<&str>,
        audience: Option<&str>,
    ) -> Result<(), Refused> {
        let is = |claim: &Value, wanted| claim.as_str() == Some(wanted);
        let is_issued = |wanted| self.iss.as_ref().is_some_and(|iss| is(iss, wanted));
        let is_meant = |wanted| match &self.aud {
            Some(Value::Array(all)) => all.iter().any(|one| is(one, wanted)),
            Some(one) => is(one, wanted),
            None => false,
        };
        let refused = |name, wanted, claim: &Option<Value>| {
            let received = claim
                .as_ref()
                .map(|claim| claim.as_str().map_or_else(|| claim.to_string(), str::to_owned));
            Err(Refused::claim(name, wanted, received.as_deref()))
        };
        match (issuer, audience) {
            (Some(wanted), _) if !is_issued(wanted) => refused("iss", wanted, &self.iss),
            (_, Some(wanted)) if !is_meant(wanted) => refused("aud", wanted, &self.aud),
            _ => Ok(()),
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "seconds of the years 1 to 9999 fit a float exactly"
)]
const fn seconds_of(whole: i64) -> f64 {
    whole as f64
}

fn seconds(moment: Timestamp) -> f64 {
    seconds_of(moment.as_seconds())
}

/// By hand, because deriving it would cost a map of all other claims on every
/// request; only whether there are others matters. A claim given twice is an
/// error: two readers of the token could each believe another one.
impl<'de> Deserialize<'de> for Claims {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ClaimsVisitor)
    }
}

struct ClaimsVisitor;

impl<'de> Visitor<'de> for ClaimsVisitor {
    type Value = Claims;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object of claims")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Claims, A::Error> {
        let mut claims = Claims::default();
        while let Some(name) = map.next_key::<Name>()? {
            let [user_id, id, other_id] = &mut claims.user_ids;
            claims.has_others |= !name.is_in_every_verification_token();
            match name {
                Name::Sub => once(&mut claims.sub, &mut map)?,
                Name::UserId => once(user_id, &mut map)?,
                Name::Id => once(id, &mut map)?,
                Name::OtherUserId => once(other_id, &mut map)?,
                Name::Sid => once(&mut claims.sid, &mut map)?,
                Name::Iss => once(&mut claims.iss, &mut map)?,
                Name::Aud => once(&mut claims.aud, &mut map)?,
                Name::Exp => once(&mut claims.exp, &mut map)?,
                Name::Nbf => once(&mut claims.nbf, &mut map)?,
                Name::Iat => once(&mut claims.iat, &mut map)?,
                Name::Email => claims.has_email = skip(&mut map)?,
                Name::RequestType | Name::UpdateTo => {
                    claims.asks_for_mail_action = skip(&mut map)?;
                }
                Name::Other => {
                    skip(&mut map)?;
                }
            }
        }
        Ok(claims)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum Name {
    Sub,
    UserId,
    Id,
    #[serde(rename = "user_id")]
    OtherUserId,
    Sid,
    Iss,
    Aud,
    Exp,
    Nbf,
    Iat,
    Email,
    RequestType,
    UpdateTo,
    #[serde(other)]
    Other,
}

impl Name {
    const fn is_in_every_verification_token(&self) -> bool {
        matches!(self, Self::Email | Self::UserId | Self::Iat | Self::Exp)
    }
}

fn once<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    claim: &mut Option<T>,
    map: &mut A,
) -> Result<(), A::Error> {
    if claim.replace(map.next_value()?).is_some() {
        return Err(serde::de::Error::custom("a claim is given twice"));
    }
    Ok(())
}

fn skip<'de, A: MapAccess<'de>>(map: &mut A) -> Result<bool, A::Error> {
    map.next_value::<IgnoredAny>().map(|_| true)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_795_253_400;

    fn claims(json: &Value) -> Option<Claims> {
        serde_json::from_str(&json.to_string()).ok()
    }

    fn times(json: &Value) -> Result<(), Why> {
        let now = Timestamp::from_seconds(NOW).expect("a test moment is valid");
        claims(json).ok_or(Why::InvalidToken)?.check_times(now)
    }

    fn user(json: &Value) -> Result<String, Why> {
        let id = claims(json).ok_or(Why::InvalidToken)?.user_id()?;
        Ok(id.as_str().to_owned())
    }

    #[test]
    fn a_token_ends_at_exp_give_or_take_half_a_minute() {
        assert_eq!(times(&json!({"exp": NOW + 1})), Ok(()));
        assert_eq!(times(&json!({"exp": NOW - 29})), Ok(()));
        assert_eq!(times(&json!({"exp": NOW - 30})), Err(Why::Expired));
        assert_eq!(times(&json!({"exp": -1})), Err(Why::Expired));
        assert_eq!(times(&json!({})), Err(Why::InvalidToken));
    }

    #[test]
    fn a_token_does_not_start_in_the_future() {
        for claim in ["nbf", "iat"] {
            assert_eq!(times(&json!({"exp": NOW + 99, claim: NOW + 30})), Ok(()), "{claim}");
            let early = times(&json!({"exp": NOW + 99, claim: NOW + 31}));
            assert_eq!(early, Err(Why::InvalidToken), "{claim}");
        }
    }

    #[test]
    fn fractions_are_times_and_absurd_numbers_do_no_harm() {
        assert_eq!(times(&json!({"exp": 1_795_253_370.5, "iat": 0.5})), Ok(()));
        for (exp, expected) in [
            ("1e308", Ok(())),
            ("18446744073709551616", Ok(())),
            ("9223372036854775807", Ok(())),
            ("-9223372036854775808", Err(Why::Expired)),
            ("-1e308", Err(Why::Expired)),
            ("1e999", Err(Why::InvalidToken)),
        ] {
            let text = format!(r#"{{"exp":{exp}}}"#);
            let parsed: Option<Claims> = serde_json::from_str(&text).ok();
            let now = Timestamp::from_seconds(NOW).expect("a test moment is valid");
            let checked = parsed.as_ref().ok_or(Why::InvalidToken).and_then(|c| c.check_times(now));
            assert_eq!(checked, expected, "{exp}");
            if let Some(claims) = parsed {
                assert!(claims.dead_at().to_string().len() >= 24);
            }
        }
    }

    #[test]
    fn a_time_of_another_type_makes_the_token_invalid() {
        for wrong in
            [json!("never"), json!("9999999999"), json!([]), json!({}), json!(true), json!(null)]
        {
            for claim in ["exp", "nbf", "iat"] {
                let mut token = json!({"sub": "ada", "exp": NOW + 9});
                token[claim] = wrong.clone();
                assert_eq!(times(&token), Err(Why::InvalidToken), "{token}");
            }
        }
    }

    #[test]
    fn a_claim_given_twice_makes_the_token_invalid() {
        for twice in [r#"{"sub":"ada","sub":"bob","exp":9}"#, r#"{"exp":1,"exp":9999999999}"#] {
            assert!(serde_json::from_str::<Claims>(twice).is_err(), "{twice}");
        }
    }

    #[test]
    fn the_user_is_sub_or_else_the_first_other_name() {
        assert_eq!(user(&json!({"sub": "ada", "userId": "bob"})).as_deref(), Ok("ada"));
        assert_eq!(user(&json!({"user_id": "c", "id": "b", "userId": "a"})).as_deref(), Ok("a"));
        assert_eq!(user(&json!({"user_id": "c", "id": "b"})).as_deref(), Ok("b"));
        assert_eq!(user(&json!({"user_id": "c"})).as_deref(), Ok("c"));
        assert_eq!(user(&json!({"user": {"id": "ada"}})), Err(Why::InvalidIdentity));
        assert_eq!(user(&json!({"sub": "42"})).as_deref(), Ok("42"));
    }

    #[test]
    fn a_user_who_is_not_text_is_nobody() {
        let long = "x".repeat(256);
        for wrong in [
            json!(null),
            json!(""),
            json!(" \t"),
            json!(42),
            json!(4.2),
            json!(true),
            json!([]),
            json!(["ada"]),
            json!({"id": "ada"}),
            json!("a\0"),
            json!(long),
        ] {
            // A wrong name is not skipped for a right one further down.
            let token = json!({"sub": wrong, "userId": "ada"});
            assert_eq!(user(&token), Err(Why::InvalidIdentity), "{token}");
            let token = json!({"userId": wrong, "id": "ada"});
            assert_eq!(user(&token), Err(Why::InvalidIdentity), "{token}");
        }
    }

    #[test]
    fn verification_tokens_are_told_from_access_tokens() {
        let is_for_mail =
            |json: Value| claims(&json).is_some_and(|c| c.is_for_email_verification());
        assert!(is_for_mail(json!({"email": "a@b.co", "iat": 1, "exp": 2})));
        assert!(is_for_mail(json!({"email": "a@b.co", "userId": "ada", "iat": 1, "exp": 2})));
        assert!(is_for_mail(json!({"sub": "ada", "updateTo": "c@d.co", "exp": 2})));
        assert!(is_for_mail(json!({"sub": "ada", "requestType": null, "exp": 2})));
        assert!(!is_for_mail(json!({"sub": "ada", "email": "a@b.co", "exp": 2})));
        assert!(!is_for_mail(json!({"userId": "ada", "email": "a@b.co", "exp": 2, "role": 1})));
        assert!(!is_for_mail(json!({"userId": "ada", "exp": 2})));
    }

    #[test]
    fn issuer_and_audience_are_checked_when_configured() {
        let check = |json: Value, issuer, audience| {
            claims(&json).is_some_and(|c| c.check_origin(issuer, audience).is_ok())
        };
        let token = || json!({"iss": "https://a", "aud": "rondo"});
        assert!(check(token(), None, None));
        assert!(check(token(), Some("https://a"), Some("rondo")));
        assert!(!check(token(), Some("https://b"), None));
        assert!(!check(token(), None, Some("other")));
        assert!(check(json!({"aud": ["other", "rondo"]}), None, Some("rondo")));
        for aud in [json!(null), json!([]), json!({}), json!([1]), json!("")] {
            assert!(!check(json!({"aud": aud}), None, Some("rondo")));
        }
        assert!(!check(json!({}), Some("https://a"), None));
    }

    #[test]
    fn a_session_is_named_by_text() {
        let session = |json: Value| claims(&json).map(|c| c.session_id());
        assert_eq!(session(json!({})), Some(Ok(None)));
        assert_eq!(session(json!({"sid": "s1"})), Some(Ok(SessionId::new("s1"))));
        for wrong in [json!(null), json!(1), json!(""), json!("x".repeat(65)), json!([])] {
            assert_eq!(session(json!({"sid": wrong})), Some(Err(Why::InvalidToken)));
        }
    }
}
