//! Processes of a test's own, put into the gallery as a designer would.

use entity::{TemplateId, TemplateStatus, TemplateVersionId, Via, approval_template, approval_template_version};
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::{Value, json};
use tongshi::approval::engine::Definition;
use tongshi::event;

use crate::app::TestApp;

impl TestApp {
    /// Publishes a template: nodes between the start and the end, fields of the form, rules of the process.
    ///
    /// # Panics
    /// When they are none.
    pub async fn publish(&self, key: &str, fields: Value, nodes: Value, policies: Value) {
        let mut all = vec![json!({ "key": "start", "name": "提交", "kind": "START" })];
        all.extend(nodes.as_array().expect("nodes").iter().cloned());
        all.push(json!({ "key": "end", "name": "结束", "kind": "END" }));
        let whole = json!({ "form": { "fields": fields }, "process": { "nodes": all }, "policies": policies });
        let definition: Definition = serde_json::from_value(whole).expect("a definition");
        let (id, version): (TemplateId, TemplateVersionId) = (self.cx.id(), self.cx.id());
        let tx = self.cx.begin().await.expect("a transaction");
        let template = approval_template::Model {
            id,
            key: key.into(),
            name: format!("测试 {key}"),
            name_en: format!("Test {key}"),
            description: String::new(),
            description_en: String::new(),
            icon: "leave".into(),
            category: "test".into(),
            status: TemplateStatus::Active,
            number_prefix: "CS".into(),
            version_id: Some(version),
            sort_order: 100,
            created_at: self.cx.now(),
        };
        approval_template::Entity::insert(template.into_active_model())
            .exec_without_returning(&*tx)
            .await
            .expect("a template");
        let row = approval_template_version::Model {
            id: version,
            template_id: id,
            number: 1,
            form: serde_json::to_value(&definition.form).expect("JSON"),
            process: serde_json::to_value(&definition.process).expect("JSON"),
            policies: serde_json::to_value(&definition.policies).expect("JSON"),
            published_at: self.cx.now(),
            published_by: None,
        };
        approval_template_version::Entity::insert(row.into_active_model())
            .exec_without_returning(&*tx)
            .await
            .expect("a version");
        let draft = event::Draft::new("approval.template_changed", id);
        event::append_as(&self.cx, &tx, None, Via::System, draft)
            .await
            .expect("an event");
        tx.commit().await.expect("kept");
    }
}
