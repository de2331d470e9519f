//! Media types and statuses of GraphQL over HTTP. Pure.
//!
//! Source: the specification *GraphQL over HTTP*, sections 4 to 6.

/// Media type of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Media {
    /// `application/graphql-response+json`: the status tells whether the request was good.
    Graphql,
    /// `application/json`: 200 for whatever a GraphQL server understood.
    Json,
}

impl Media {
    /// Value of `Content-Type`.
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::Graphql => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }

    fn essence(self) -> &'static str {
        match self {
            Self::Graphql => "application/graphql-response+json",
            Self::Json => "application/json",
        }
    }
}

/// The media type a client wants by its `Accept`, none when we have nothing it takes. A client that does not care gets
/// `application/json`, as before the other type existed.
pub(crate) fn accept(header: Option<&str>) -> Option<Media> {
    let Some(header) = header.filter(|header| !header.trim().is_empty()) else {
        return Some(Media::Json);
    };
    let ranges: Vec<_> = header.split(',').filter_map(range).collect();
    let rate = |media: Media| {
        ranges
            .iter()
            .filter_map(|(range, quality)| Some((fits(range, media)?, *quality)))
            .max_by_key(|(specific, _)| *specific)
            .filter(|(_, quality)| *quality > 0)
    };
    match (rate(Media::Graphql), rate(Media::Json)) {
        (None, None) => None,
        (Some(_), None) => Some(Media::Graphql),
        (None, Some(_)) => Some(Media::Json),
        (Some((named, wanted)), Some((also_named, also_wanted))) => {
            let graphql = wanted > also_wanted || (wanted == also_wanted && named == 2 && named >= also_named);
            Some(if graphql { Media::Graphql } else { Media::Json })
        }
    }
}

/// A media range and its quality in thousandths.
fn range(text: &str) -> Option<(String, u16)> {
    let mut parts = text.split(';');
    let range = parts.next()?.trim().to_ascii_lowercase();
    let quality = parts
        .filter_map(|part| part.trim().split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("q"))
        .map_or(Some(1.0), |(_, value)| value.trim().parse::<f32>().ok())?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to 0..=1000 before"
    )]
    let quality = (quality.clamp(0.0, 1.0) * 1000.0).round() as u16;
    Some((range, quality))
}

/// How closely a range names a media type: 2 itself, 1 its kind, 0 anything.
fn fits(range: &str, media: Media) -> Option<u8> {
    match range {
        _ if range == media.essence() => Some(2),
        "application/*" => Some(1),
        "*/*" => Some(0),
        _ => None,
    }
}

/// Whether a request body is JSON in UTF-8 by its `Content-Type`.
pub(crate) fn is_json(content_type: Option<&str>) -> bool {
    let mut parts = content_type.unwrap_or_default().split(';');
    let essence = parts.next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
        && parts
            .filter_map(|part| part.trim().split_once('='))
            .all(|(name, value)| {
                !name.trim().eq_ignore_ascii_case("charset")
                    || value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
            })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wanted_media_type_is_chosen() {
        const G: Option<Media> = Some(Media::Graphql);
        const J: Option<Media> = Some(Media::Json);
        for (header, expected) in [
            (None, J),
            (Some(""), J),
            (Some("*/*"), J),
            (Some("application/*"), J),
            (Some("application/json"), J),
            (Some("application/json; charset=utf-8"), J),
            (Some("application/graphql-response+json"), G),
            (Some("Application/GraphQL-Response+JSON"), G),
            (Some("application/graphql-response+json, application/json"), G),
            (Some("application/json, application/graphql-response+json"), G),
            (Some("application/graphql-response+json;q=0.5, application/json"), J),
            (
                Some("application/graphql-response+json, application/json;q=0.9, */*;q=0.1"),
                G,
            ),
            (
                Some("application/graphql-response+json; charset=utf-8; q=0.1, */*;q=0.5"),
                J,
            ),
            (Some("application/json;q=0, */*"), G),
            (Some("text/html"), None),
            (Some("application/json;q=0"), None),
            (Some("text/html, */*;q=0.8"), J),
            (Some("application/json;q=nonsense"), None),
        ] {
            assert_eq!(accept(header), expected, "{header:?}");
        }
    }

    #[test]
    fn only_json_is_read() {
        for good in [
            "application/json",
            "application/json; charset=utf-8",
            "Application/JSON;charset=\"UTF-8\"",
        ] {
            assert!(is_json(Some(good)), "{good}");
        }
        for bad in [
            "",
            "text/plain",
            "application/graphql",
            "application/json; charset=gbk",
            "application/jsonx",
            "multipart/form-data",
        ] {
            assert!(!is_json(Some(bad)), "{bad}");
        }
        assert!(!is_json(None));
    }
}
