//! The demo company: its departments, positions and the people everyone may sign in as.

/// A department: name, English name, index of the one above, share of the staff in a thousand.
pub(super) struct Unit {
    pub(super) name: &'static str,
    pub(super) name_en: &'static str,
    pub(super) parent: Option<usize>,
    pub(super) share: u32,
    pub(super) leader_position: &'static str,
    pub(super) positions: &'static [(&'static str, &'static str)],
}

const fn unit(
    name: &'static str,
    name_en: &'static str,
    parent: usize,
    share: u32,
    leader_position: &'static str,
    positions: &'static [(&'static str, &'static str)],
) -> Unit {
    Unit {
        name,
        name_en,
        parent: Some(parent),
        share,
        leader_position,
        positions,
    }
}

const ENGINEERS: &[(&str, &str)] = &[
    ("后端工程师", "Backend engineer"),
    ("高级工程师", "Senior engineer"),
    ("运维工程师", "Operations engineer"),
    ("数据库工程师", "Database engineer"),
];
const SALES: &[(&str, &str)] = &[
    ("客户经理", "Account manager"),
    ("售前顾问", "Presales consultant"),
    ("销售代表", "Sales representative"),
];

/// The tree, parents before children. The first is the company itself.
pub(super) const UNITS: &[Unit] = &[
    Unit {
        name: "远山科技",
        name_en: "Yuanshan Technology",
        parent: None,
        share: 0,
        leader_position: "总经理",
        positions: &[],
    },
    unit(
        "总经办",
        "Executive Office",
        0,
        20,
        "副总裁",
        &[("总经理助理", "Executive assistant"), ("战略经理", "Strategy manager")],
    ),
    unit(
        "产品研发中心",
        "R&D Centre",
        0,
        30,
        "研发总监",
        &[("产品经理", "Product manager"), ("架构师", "Architect")],
    ),
    unit("平台组", "Platform", 2, 120, "平台组长", ENGINEERS),
    unit(
        "前端组",
        "Frontend",
        2,
        105,
        "前端组长",
        &[
            ("前端工程师", "Frontend engineer"),
            ("交互设计师", "Interaction designer"),
        ],
    ),
    unit(
        "测试组",
        "Quality",
        2,
        90,
        "测试组长",
        &[
            ("测试工程师", "Test engineer"),
            ("测试开发工程师", "Test automation engineer"),
        ],
    ),
    unit(
        "销售中心",
        "Sales",
        0,
        15,
        "销售总监",
        &[("销售运营", "Sales operations")],
    ),
    unit("华东区", "East China", 6, 95, "区域经理", SALES),
    unit("华南区", "South China", 6, 110, "区域经理", SALES),
    unit("大客户部", "Key Accounts", 6, 70, "大客户经理", SALES),
    unit(
        "客户成功部",
        "Customer Success",
        0,
        130,
        "客户成功经理",
        &[("实施顾问", "Implementation consultant"), ("客服专员", "Support agent")],
    ),
    unit(
        "市场部",
        "Marketing",
        0,
        60,
        "市场经理",
        &[("品牌专员", "Brand specialist"), ("内容编辑", "Content editor")],
    ),
    unit(
        "人力行政部",
        "HR & Administration",
        0,
        65,
        "人力行政经理",
        &[
            ("人事主管", "HR supervisor"),
            ("假勤专员", "Attendance officer"),
            ("招聘专员", "Recruiter"),
            ("行政专员", "Office administrator"),
        ],
    ),
    unit(
        "财务部",
        "Finance",
        0,
        55,
        "财务经理",
        &[("会计", "Accountant"), ("出纳", "Cashier")],
    ),
    unit("法务部", "Legal", 0, 15, "法务经理", &[("法务专员", "Legal counsel")]),
    unit(
        "信息技术部",
        "IT",
        0,
        20,
        "信息技术经理",
        &[("系统管理员", "System administrator")],
    ),
];

/// A person with a fixed account.
pub(super) struct Fixed {
    pub(super) account: &'static str,
    pub(super) name: &'static str,
    pub(super) female: bool,
    pub(super) unit: usize,
    pub(super) leads: bool,
    pub(super) position: &'static str,
    /// Account of the direct manager.
    pub(super) manager: Option<&'static str>,
    /// Years with the company.
    pub(super) years: i32,
}

/// The accounts the documentation names, and the people they report to. `hr` and `admin` lead nobody: what reaches them, reaches
/// them as holders of a role, in every branch.
pub(super) const FIXED: &[Fixed] = &[
    Fixed {
        account: "ceo",
        name: "沈国栋",
        female: false,
        unit: 1,
        leads: true,
        position: "总经理",
        manager: None,
        years: 14,
    },
    Fixed {
        account: "wangfang",
        name: "王芳",
        female: true,
        unit: 2,
        leads: true,
        position: "研发总监",
        manager: Some("ceo"),
        years: 9,
    },
    Fixed {
        account: "limin",
        name: "李敏",
        female: true,
        unit: 3,
        leads: true,
        position: "平台组长",
        manager: Some("wangfang"),
        years: 6,
    },
    Fixed {
        account: "zhangwei",
        name: "张伟",
        female: false,
        unit: 3,
        leads: false,
        position: "后端工程师",
        manager: Some("limin"),
        years: 4,
    },
    Fixed {
        account: "hr",
        name: "刘婷",
        female: true,
        unit: 12,
        leads: false,
        position: "人事主管",
        manager: Some("ceo"),
        years: 8,
    },
    Fixed {
        account: "cashier",
        name: "何静怡",
        female: true,
        unit: 13,
        leads: false,
        position: "出纳",
        manager: Some("ceo"),
        years: 5,
    },
    Fixed {
        account: "admin",
        name: "孙志强",
        female: false,
        unit: 15,
        leads: false,
        position: "系统管理员",
        manager: Some("ceo"),
        years: 7,
    },
];

/// Sites with their share of the staff in a hundred.
pub(super) const OFFICES: &[(&str, u32)] = &[("深圳", 55), ("上海", 27), ("成都", 18)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_ordered_and_the_fixed_people_fit_it() {
        for (index, unit) in UNITS.iter().enumerate() {
            assert!(
                unit.parent.is_none_or(|parent| parent < index),
                "{} stands behind its parent",
                unit.name
            );
        }
        for person in FIXED {
            assert!(person.unit < UNITS.len());
            assert!(
                person
                    .manager
                    .is_none_or(|manager| FIXED.iter().any(|other| other.account == manager))
            );
        }
    }
}
