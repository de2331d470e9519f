//! An administrator brings people in from a spreadsheet.

use tests::{Browser, Engine, TestApp};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broken_sheet_is_explained_row_by_row_and_the_corrected_one_goes_in() {
    let app = TestApp::start_in_the_present(Engine::Sqlite).await;
    let folder = tempfile::tempdir().expect("a folder");
    let sheet = |name: &str, rows: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, format!("姓名,账号,部门,手机,直属上级\n{rows}")).expect("written");
        path.display().to_string()
    };
    let broken = sheet(
        "broken.csv",
        "欧阳晨,ouyangchen,产品研发中心,12,limin\n司徒岚,situlan,产品研发中心,13911110004,没有人\n",
    );
    let whole = sheet(
        "whole.csv",
        "欧阳晨,ouyangchen,产品研发中心,13911110003,limin\n司徒岚,situlan,产品研发中心,13911110004,limin\n",
    );
    let five_megabytes = folder.path().join("noise.xlsx");
    std::fs::write(&five_megabytes, vec![7_u8; 5 << 20]).expect("written");

    let admin = Browser::open(&app, 1440, 900).await;
    admin.sign_in("admin").await;
    admin.go("/admin/import").await;
    admin
        .type_into("input[type=file]", &five_megabytes.display().to_string())
        .await;
    admin.see("表格").await;
    admin.go("/admin/import").await;
    admin.type_into("input[type=file]", &broken).await;
    admin.see("有误").await;
    admin.see("没有人").await;

    admin.go("/admin/import").await;
    admin.type_into("input[type=file]", &whole).await;
    admin.see("欧阳晨").await;
    admin.click("导入 2 人").await;
    admin.click_in("dialog[open]", "导入").await;
    admin.see("导入完成").await;
    admin.go("/contacts").await;
    admin.type_into("main input[type=search], main input", "oyc").await;
    admin.see("欧阳晨").await;
    admin.close().await;
}
