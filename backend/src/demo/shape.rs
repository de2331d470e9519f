//! How a company of a size is made up. Pure.

/// From here on a company has branches.
const LARGE: usize = 400;
/// About so many people live through the services; the others are in branches.
const LIVED: usize = 200;
/// Who serves all branches has no copy in them: `hr` and `admin`.
const SHARED: usize = 2;
/// Most branches there are ids for.
const BRANCHES: usize = 4_000;

/// What a company is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    /// People whose year is lived through the services.
    pub(super) lived: usize,
    /// People who left, on top of them.
    pub(super) leavers: usize,
    /// Copies of those people.
    pub(super) branches: u16,
    /// People of the head office on top of that, who have no copy in a branch and lead nobody.
    pub(super) here: usize,
    /// Years of history.
    pub(super) years: u32,
}

impl Shape {
    /// Nobody ever asked for anything.
    pub(super) fn still(people: usize) -> Self {
        Self {
            lived: people,
            leavers: 0,
            branches: 0,
            here: 0,
            years: 0,
        }
    }

    /// A company that has lived: the larger, the longer. 20,000 people look back on seven years with 600,000 requests.
    pub(super) fn of(people: usize) -> Self {
        if people < LARGE {
            return Self {
                leavers: people / 25,
                years: 1,
                ..Self::still(people)
            };
        }
        let branches = (people / LIVED - 1).min(BRANCHES);
        let years = u32::try_from(people / 2_850).unwrap_or(u32::MAX).clamp(1, 7);
        Self::divided(people, u16::try_from(branches).unwrap_or(u16::MAX), years)
    }

    /// A head office with so many branches.
    pub(super) fn divided(people: usize, branches: u16, years: u32) -> Self {
        let copies = usize::from(branches);
        let lived = (people + SHARED * copies) / (copies + 1);
        Self {
            lived,
            leavers: lived / 25,
            branches,
            here: people - lived - copies * (lived - SHARED),
            years,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyone_has_a_place() {
        for people in [24, 200, 399, 400, 600, 601, 799, 5_000, 20_000, 99_999, 1_000_000] {
            let shape = Shape::of(people);
            let branches = usize::from(shape.branches);
            assert_eq!(
                shape.lived + branches * (shape.lived - SHARED) + shape.here,
                people,
                "{shape:?}"
            );
            assert!(shape.here <= branches, "{shape:?}");
        }
        assert_eq!(Shape::of(20_000).branches, 99);
        assert_eq!(Shape::of(20_000).years, 7);
        assert_eq!(Shape::of(200).branches, 0);
    }
}
