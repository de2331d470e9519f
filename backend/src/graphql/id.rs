//! Ids in the API: TypeIDs, opaque to clients. The prefix says what kind of thing it names.

use async_graphql::ID;
use entity::Id;
use type_safe_id::{DynamicType, TypeSafeId};
use uuid::Uuid;

use crate::error::{Error, FieldError, Result, Text};

/// The public form of an id.
pub fn encode<T: Id>(id: T) -> ID {
    ID(encode_parts(T::PREFIX, id.uuid()))
}

/// The public form of an id whose kind is known by its prefix only.
pub fn encode_parts(prefix: &str, uuid: Uuid) -> String {
    match DynamicType::new(prefix) {
        Ok(kind) => TypeSafeId::from_type_and_uuid(kind, uuid).to_string(),
        Err(_) => uuid.simple().to_string(),
    }
}

/// The id inside its public form. An id of another kind names nothing here, so it is refused like an absent one.
///
/// # Errors
/// [`Error::NotFound`] for anything that is not an id of this kind.
pub fn decode<T: Id>(id: &str) -> Result<T> {
    let (prefix, uuid) = decode_parts(id)?;
    if prefix == T::PREFIX {
        Ok(T::from_uuid(uuid))
    } else {
        Err(Error::NotFound)
    }
}

/// Prefix and UUID of a public id.
///
/// # Errors
/// [`Error::NotFound`] for anything that is not an id.
pub fn decode_parts(id: &str) -> Result<(String, Uuid)> {
    let parsed: TypeSafeId<DynamicType> = id.parse().map_err(|_| Error::NotFound)?;
    Ok((parsed.type_prefix().to_owned(), parsed.uuid()))
}

/// Several ids of one kind; at most 250, as for every list given by a client.
///
/// # Errors
/// [`Error::Invalid`] for too many, and at `path` with its place for each that is no id of this kind.
pub fn decode_all<T: Id>(path: &str, ids: &[ID]) -> Result<Vec<T>> {
    if ids.len() > 250 {
        return Err(Error::invalid(path, "最多 250 项", "At most 250 items"));
    }
    let mut found = Vec::with_capacity(ids.len());
    let mut errors = Vec::new();
    for (at, id) in ids.iter().enumerate() {
        match decode(id) {
            Ok(id) => found.push(id),
            Err(_) => errors.push(FieldError::new(
                format!("{path}.{at}"),
                Text::new("没有找到，或不能在这里使用", "Not found, or not usable here"),
            )),
        }
    }
    if errors.is_empty() {
        Ok(found)
    } else {
        Err(Error::Invalid(errors))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use entity::{ApprovalId, MemberId};

    #[test]
    fn each_wrong_id_of_a_list_is_named() {
        let good = encode(MemberId::from_uuid(Uuid::from_u128(7)));
        let other = encode(ApprovalId::from_uuid(Uuid::from_u128(7)));
        let list = [other, good.clone(), ID("x".to_owned())];
        let Err(Error::Invalid(fields)) = decode_all::<MemberId>("copyTo", &list) else {
            panic!("two of them are none")
        };
        let paths: Vec<_> = fields.iter().map(|field| field.path.as_str()).collect();
        assert_eq!(paths, ["copyTo.0", "copyTo.2"]);
        assert_eq!(decode_all::<MemberId>("copyTo", &[good]).expect("one").len(), 1);
        assert!(decode_all::<MemberId>("copyTo", &vec![ID(String::new()); 251]).is_err());
    }

    #[test]
    fn ids_come_back_and_foreign_ones_do_not() {
        let id = ApprovalId::from_uuid(Uuid::from_u128(0x0190_1234_5678_7abc_8def_0123_4567_89ab));
        let public = encode(id);
        assert!(public.starts_with("approval_"));
        assert_eq!(decode::<ApprovalId>(&public).expect("own kind"), id);
        assert!(decode::<MemberId>(&public).is_err());
        for wrong in [
            "",
            "approval_",
            "approval_zzz",
            "'; drop table",
            "approval_01h455vb4pex5vsknk084sn02q0",
        ] {
            assert!(decode::<ApprovalId>(wrong).is_err(), "{wrong}");
        }
    }
}
