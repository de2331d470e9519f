//! What a process remembers of the organisation is never older than the last change it knows of, its own or another process's.
#![cfg(test)]

use std::time::Duration;

use serde_json::{Value, json};
use tests::both;
use tongshi::org::service;

use crate::org::member;

const CARD: &str = "query($id: ID!) { member(id: $id) { name alias version position { name } manager { name } \
    departments { department { name path leaders { account } memberCount } } } }";
const UPDATE: &str =
    "mutation($input: UpdateMemberInput!) { updateMember(input: $input) { member { name alias version } } }";
const DEPARTMENTS: &str = "{ departments { id name version path leaders { account } memberCount totalCount } }";

async fn department(person: &tests::Person, name: &str) -> Value {
    let all = person.run(DEPARTMENTS, json!({})).await;
    let all = all["departments"].as_array().expect("departments").clone();
    all.into_iter()
        .find(|one| one["name"] == name)
        .expect("one of this name")
}

both! {
    async fn a_change_is_seen_by_the_next_request(app: TestApp) {
        let (hr, zhang) = (app.person("hr").await, app.person("zhangwei").await);
        let li = member(&zhang, "limin").await;
        let card = json!({ "id": zhang.id().await });
        assert_eq!(zhang.run(CARD, card.clone()).await["member"]["manager"]["name"], "李敏");
        let rename = json!({ "input": { "id": li["id"], "expectedVersion": li["version"], "name": "李敏敏", "positionName": "架构组长" } });
        let answer = hr.run(UPDATE, rename).await;
        assert_eq!(answer["updateMember"]["member"]["name"], "李敏敏", "the answer of the change itself");
        assert_eq!(zhang.run(CARD, card.clone()).await["member"]["manager"]["name"], "李敏敏");

        let team = department(&hr, "平台组").await;
        let leaders = json!({ "input": { "id": team["id"], "expectedVersion": team["version"], "name": "平台一组", "leaderIds": [card["id"]] } });
        let update = "mutation($input: UpdateDepartmentInput!) { updateDepartment(input: $input) { department { name leaders { account } } } }";
        let answer = hr.run(update, leaders).await["updateDepartment"]["department"].take();
        assert_eq!(answer["leaders"], json!([{ "account": "zhangwei" }]));
        let seen = zhang.run(CARD, card.clone()).await["member"]["departments"][0]["department"].take();
        assert_eq!((&seen["name"], &seen["leaders"]), (&json!("平台一组"), &json!([{ "account": "zhangwei" }])));

        let before = department(&hr, "平台一组").await["memberCount"].as_i64().expect("a number");
        let make = json!({ "input": { "account": "xin.ren", "name": "新人",
            "memberships": [{ "departmentId": team["id"], "isPrimary": true, "isLeader": false }], "mobile": "13912340000" } });
        hr.run("mutation($input: CreateMemberInput!) { createMember(input: $input) { member { id } } }", make).await;
        assert_eq!(department(&hr, "平台一组").await["memberCount"].as_i64(), Some(before + 1));
    }

    async fn a_change_by_another_process_is_seen_with_its_event(app: TestApp) {
        let url = app.cx.config.database_url.clone();
        let folder = tempfile::tempdir().expect("a folder");
        let here = tests::app::world(&url, folder.path(), app.clock.clone()).await;
        let other = tongshi::app::App::start(here.clone()).await.expect("a second process");
        let mut live = here.bus.listen();

        let (hr, zhang) = (app.person("hr").await, app.person("zhangwei").await);
        let li = member(&hr, "limin").await;
        let id = tongshi::graphql::id::decode(li["id"].as_str().expect("an id")).expect("ours");
        let name = async || service::people(&here, &[id]).await.expect("read")[&id].row.name.clone();
        assert_eq!(name().await, "李敏");
        let input = json!({ "id": li["id"], "expectedVersion": li["version"], "name": "李敏敏" });
        hr.run(UPDATE, json!({ "input": input })).await;
        let arrived = async {
            while live.recv().await.expect("a live bus").iter().all(|event| &*event.kind != "org.member_updated") {}
        };
        tokio::time::timeout(Duration::from_secs(10), arrived).await.expect("the event arrives");
        assert_eq!(name().await, "李敏敏", "whoever was told of the change sees it");
        assert_eq!(zhang.run("{ viewer { member { manager { name } } } }", json!({})).await["viewer"]["member"]["manager"]["name"], "李敏敏");
        other.finish().await;
    }
}
