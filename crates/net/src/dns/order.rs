//! In which order the servers of a domain are tried (RFC 2782, XEP-0368 §3).

use crate::drive::Opening;
use std::collections::BTreeMap;

/// A server of a domain, from an SRV record or from the domain itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Service {
    /// Lower ones are tried first.
    pub priority: u16,
    /// Of the same priority, those with more are tried first more often.
    pub weight: u16,
    /// Where it is, in ASCII and without a dot at the end.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How its connections begin.
    pub opening: Opening,
    /// DNSSEC validated the record.
    pub secure: bool,
}

/// Groups of the same priority, each in the order in which its members are tried. Records for both ways of
/// opening are one list (XEP-0368 §3). `draw` gives random numbers.
pub fn groups(services: Vec<Service>, mut draw: impl FnMut() -> u64) -> Vec<Vec<Service>> {
    let mut by_priority: BTreeMap<u16, Vec<Service>> = BTreeMap::new();
    for service in services {
        by_priority.entry(service.priority).or_default().push(service);
    }
    by_priority.into_values().map(|group| shuffle(group, &mut draw)).collect()
}

/// RFC 2782: drawn one after the other, each with a chance that is its share of the weight that is left.
fn shuffle(mut group: Vec<Service>, draw: &mut impl FnMut() -> u64) -> Vec<Service> {
    // Those without weight come first, so that they have a small chance.
    group.sort_by_key(|service| service.weight);
    let mut ordered = Vec::with_capacity(group.len());
    while !group.is_empty() {
        let total: u64 = group.iter().map(|service| u64::from(service.weight)).sum();
        let mut left = draw() % (total + 1);
        let chosen = group.iter().position(|service| {
            let weight = u64::from(service.weight);
            let is_chosen = weight >= left;
            left = left.saturating_sub(weight);
            is_chosen
        });
        ordered.push(group.remove(chosen.unwrap_or_default()));
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(priority: u16, weight: u16, host: &str) -> Service {
        let opening = if host.starts_with('s') { Opening::DirectTls } else { Opening::StartTls };
        Service { priority, weight, host: host.to_owned(), port: 5269, opening, secure: false }
    }

    fn hosts(groups: &[Vec<Service>]) -> Vec<Vec<&str>> {
        groups.iter().map(|group| group.iter().map(|service| service.host.as_str()).collect()).collect()
    }

    #[test]
    fn priorities_come_in_order_and_both_ways_of_opening_are_one_list() {
        let services = vec![service(20, 0, "b"), service(5, 0, "s1"), service(10, 0, "a"), service(20, 9, "s2")];
        let found = groups(services, || u64::MAX - 1);
        assert_eq!(hosts(&found)[..2], [vec!["s1"], vec!["a"]]);
        assert_eq!(found[2].len(), 2);
    }

    #[test]
    fn weights_are_chances() {
        let mut number = 0u64;
        let mut firsts = BTreeMap::new();
        for _ in 0..1000 {
            let services = vec![service(0, 0, "never"), service(0, 10, "seldom"), service(0, 90, "often")];
            let found = groups(services, || {
                number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
                number >> 7
            });
            *firsts.entry(found[0][0].host.clone()).or_insert(0) += 1;
            assert_eq!(found[0].len(), 3, "nobody is lost");
        }
        assert!((850..950).contains(&firsts["often"]), "{firsts:?}");
        assert!((50..150).contains(&firsts["seldom"]), "{firsts:?}");
        assert!(firsts.get("never").is_none_or(|count| *count < 30), "{firsts:?}");
    }

    #[test]
    fn a_thousand_records_of_a_hostile_zone_are_no_trouble() {
        let services = (0..1000).map(|n| service(n % 3, u16::MAX, &n.to_string())).collect();
        let found = groups(services, || u64::MAX);
        assert_eq!(found.iter().map(Vec::len).sum::<usize>(), 1000);
    }
}
