//! `rondo migrate`, for jobs that have no business knowing the secret.

use crate::{
    postgres::{Own, Place},
    support::Rondo,
};

async fn goes_up_and_down(rondo: &Rondo) {
    let status = rondo.runs("migrate status").await.well();
    assert!(status.contains("0001_users") && !status.contains("applied"), "{status}");
    let migrations = status.matches("pending").count();
    assert!(migrations >= 6, "{status}");

    let up = rondo.runs("migrate up").await.well();
    assert_eq!(up.lines().filter(|line| line.starts_with("applied ")).count(), migrations);
    assert!(rondo.runs("migrate up").await.well().contains("nothing to do"));
    let status = rondo.runs("migrate status").await.well();
    assert_eq!(status.matches("applied").count(), migrations, "{status}");

    // Nobody is there to be asked.
    let said = rondo.runs("migrate down").await.badly(2);
    assert!(said.contains("--yes"), "{said}");
    assert!(!rondo.runs("migrate status").await.well().contains("pending"));

    let down = rondo.runs("migrate down --yes").await.well();
    assert_eq!(down.lines().count(), 1, "{down}");
    let down = rondo.runs("migrate down --steps 99 --yes").await.well();
    assert_eq!(down.matches("reverted ").count(), migrations - 1, "{down}");
    assert!(down.trim_end().ends_with("0001_users"), "the newest goes first: {down}");
    assert!(rondo.runs("migrate down --yes").await.well().contains("nothing to do"));
    assert_eq!(rondo.runs("migrate up").await.well(), up);
}

#[tokio::test]
async fn a_schema_goes_up_and_down_on_sqlite() {
    goes_up_and_down(&Rondo::bare().with("DATABASE_URL", "sqlite:///./rondo.db")).await;
}

#[tokio::test]
async fn a_schema_goes_up_and_down_on_postgresql() {
    let place = Place::create(Own::Schema).await;
    goes_up_and_down(&Rondo::bare().with("DATABASE_URL", &place.url())).await;
}

#[tokio::test]
async fn without_a_database_it_says_why() {
    let said = Rondo::bare().runs("migrate up").await.badly(2);
    assert!(said.contains("DATABASE_URL") && !said.contains("BETTER_AUTH_SECRET is"), "{said}");
    let away = Rondo::bare().with("DATABASE_URL", "sqlite:///./missing/rondo.db");
    let said = away.runs("migrate status").await.badly(1);
    assert!(said.contains("cannot be used") && said.contains("rondo doctor"), "{said}");
}
