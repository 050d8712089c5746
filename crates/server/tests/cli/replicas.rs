//! Several servers on one PostgreSQL.

use crate::{
    postgres::{Own, Place},
    support::{Rondo, until},
};

#[tokio::test]
async fn four_servers_start_at_once_on_an_empty_database() {
    let place = Place::create(Own::Database).await;
    let rondos: Vec<_> = (0..4).map(|_| Rondo::on(&place.url())).collect();
    let start = async |rondo: &Rondo| rondo.serves().await.ready().await;
    let servers =
        tokio::join!(start(&rondos[0]), start(&rondos[1]), start(&rondos[2]), start(&rondos[3]));
    let servers = [servers.0, servers.1, servers.2, servers.3];
    servers[0].registers("ada@example.com").await.is(201);
    for server in &servers {
        assert_eq!(server.health().await, "healthy");
        let token = server.token_of("ada@example.com").await;
        server.adds(&token, "x").await;
    }
    let status = rondos[0].runs("migrate status").await.well();
    assert!(!status.contains("pending"), "{status}");
    for server in servers {
        assert!(!server.log().contains("ERROR"), "{}", server.log());
        server.stops().await;
    }
}

#[tokio::test]
async fn a_logout_on_one_server_holds_on_the_other_within_five_seconds() {
    let place = Place::create(Own::Schema).await;
    let (here, there) = (Rondo::on(&place.url()), Rondo::on(&place.url()));
    let here = here.serves().await.ready().await;
    let there = there.serves().await.ready().await;
    here.registers("ada@example.com").await.is(201);
    let (left, stays) =
        (here.token_of("ada@example.com").await, here.token_of("ada@example.com").await);
    here.adds(&left, "x").await;
    assert_eq!(there.titles(&left).await, ["x"]);

    here.asks("POST /api/auth/logout", Some(&left), None).await.is(200);
    here.asks("GET /api/tasks", Some(&left), None).await.is(401);
    until("the token is dead there too", 5, async || {
        there.asks("GET /api/tasks", Some(&left), None).await.status == 401
    })
    .await;
    assert_eq!(there.titles(&stays).await, ["x"]);
}

#[tokio::test]
async fn what_one_server_stores_the_other_shows_at_once() {
    let place = Place::create(Own::Schema).await;
    let (one, other) = (Rondo::on(&place.url()), Rondo::on(&place.url()));
    let (one, other) = (one.serves().await.ready().await, other.serves().await.ready().await);
    one.registers("ada@example.com").await.is(201);
    let token = other.token_of("ada@example.com").await;
    for number in 0..10 {
        let title = format!("task {number}");
        one.adds(&token, &title).await;
        assert_eq!(other.titles(&token).await.first(), Some(&title));
    }
}
