//! Where a large company has its branches.

use entity::DepartmentId;

use crate::org::pinyin;

/// Regions with their cities. Each city is its own reading, but for the two that are given.
pub(super) const REGIONS: &[(&str, &str, &[&str])] = &[
    (
        "华东大区",
        "East China Region",
        &[
            "杭州", "南京", "苏州", "宁波", "合肥", "福州", "济南", "青岛", "无锡", "温州", "南昌", "常州", "烟台",
            "嘉兴",
        ],
    ),
    (
        "华南大区",
        "South China Region",
        &[
            "广州", "佛山", "东莞", "珠海", "南宁", "海口", "惠州", "中山", "汕头", "柳州", "桂林", "江门", "湛江",
            "三亚",
        ],
    ),
    (
        "华北大区",
        "North China Region",
        &[
            "北京", "天津", "太原", "唐山", "保定", "廊坊", "包头", "邯郸", "大同", "沧州", "邢台", "衡水", "承德",
            "临汾",
        ],
    ),
    (
        "华中大区",
        "Central China Region",
        &[
            "武汉", "长沙", "郑州", "洛阳", "宜昌", "襄阳", "株洲", "岳阳", "南阳", "常德", "新乡", "荆州", "衡阳",
            "许昌",
        ],
    ),
    (
        "西南大区",
        "Southwest China Region",
        &[
            "重庆", "昆明", "贵阳", "绵阳", "拉萨", "遵义", "宜宾", "曲靖", "南充", "泸州", "大理", "德阳", "乐山",
            "自贡",
        ],
    ),
    (
        "西北大区",
        "Northwest China Region",
        &[
            "西安", "兰州", "银川", "西宁", "宝鸡", "咸阳", "天水", "榆林", "喀什", "延安", "汉中", "酒泉", "安康",
            "哈密",
        ],
    ),
    (
        "东北大区",
        "Northeast China Region",
        &[
            "沈阳", "大连", "长春", "吉林", "鞍山", "大庆", "锦州", "丹东", "营口", "延吉", "通化", "抚顺", "四平",
            "本溪",
        ],
    ),
];

/// City of the n-th branch, counted from 0, and the region it lies in: one region after the other, so that all grow alike.
pub(super) fn city(index: usize, regions: &[DepartmentId]) -> Option<((String, String), DepartmentId)> {
    let place = index % REGIONS.len();
    let (.., cities) = REGIONS.get(place)?;
    let row = index / REGIONS.len();
    let city = cities.get(row % cities.len())?;
    let reading = match *city {
        "重庆" => "chongqing".to_owned(),
        "乐山" => "leshan".to_owned(),
        city => pinyin::read(city).pinyin,
    };
    let mut letters = reading.chars().take_while(char::is_ascii_alphabetic);
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    let city_en: String = first.into_iter().chain(letters).collect();
    let names = match row / cities.len() {
        0 => ((*city).to_owned(), city_en),
        round => (format!("{city}第{}", round + 1), format!("{city_en} {}", round + 1)),
    };
    Some((names, *regions.get(place)?))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use entity::Id;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn no_two_branches_are_called_alike() {
        let regions: Vec<_> = (0..REGIONS.len() as u128)
            .map(|n| DepartmentId::from_uuid(Uuid::from_u128(n)))
            .collect();
        let names: HashSet<_> = (0..500).filter_map(|index| city(index, &regions)).collect();
        assert_eq!(names.len(), 500);
        assert!(names.iter().any(|((zh, en), _)| zh == "重庆" && en == "Chongqing"));
        assert!(names.iter().any(|((zh, en), _)| zh == "杭州第2" && en == "Hangzhou 2"));
    }
}
