//! Starting on whatever the disk still has.

use std::fs;

use crate::support::{App, Client, Rig, route};

const A: (&str, &str) = ("a", "127.0.0.1");

#[tokio::test]
async fn a_torn_an_empty_an_old_and_a_lost_file_start_on_the_last_good_copy() {
    let a = App::steady("a", A.1, 0).await;
    let torn = [Some("{\"version\":1,"), Some(""), Some("{\"version\":0}"), None];
    for content in torn {
        let mut rig = Rig::start(a.port);
        rig.commit(&[A]).await;
        rig.stop().await;
        let main = rig.state_directory().join("route.json");
        match content {
            Some(content) => fs::write(main, content).unwrap(),
            None => fs::remove_file(main).unwrap(),
        }
        rig.start_again();
        let status = rig.status().await;
        assert_eq!(status.routed.route, route(&[A]), "{content:?}");
        assert!(status.state_warning.is_some(), "{content:?}");
        assert_eq!(Client::connect(rig.port).await.get("/").await.status, 200);
    }
}

#[tokio::test]
async fn without_a_good_file_requests_wait_and_the_status_says_why() {
    let a = App::steady("a", A.1, 0).await;
    let mut rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    rig.stop().await;
    for name in ["route.json", "route.good.json"] {
        fs::write(rig.state_directory().join(name), "garbage").unwrap();
    }
    rig.start_again();
    let mut client = Client::connect(rig.port).await;
    client.send("GET / HTTP/1.1\r\nHost: app\r\n\r\n").await;
    let status = rig.until("one held", |status| status.held_now == 1).await;
    assert!(status.state_warning.is_some());
    rig.commit(&[A]).await;
    assert_eq!(client.answer().await.status, 200);
}
