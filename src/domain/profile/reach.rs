//! From where a host can be reached, judged by its name or address alone: nothing is resolved.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::Host;

/// From where a host can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    Loopback,
    Private,
    Public,
}

pub(super) fn reach(host: &Host<&str>) -> Reach {
    match host {
        Host::Domain(name) => {
            let name = name.trim_end_matches('.').to_ascii_lowercase();
            if name == "localhost" || name.ends_with(".localhost") {
                Reach::Loopback
            } else if !name.contains('.')
                || [".local", ".internal", ".intranet", ".lan", ".home.arpa", ".corp", ".test"]
                    .iter()
                    .any(|end| name.ends_with(end))
            {
                Reach::Private
            } else {
                Reach::Public
            }
        }
        Host::Ipv4(address) => reach_v4(*address),
        Host::Ipv6(address) => address.to_ipv4_mapped().map_or_else(|| reach_v6(*address), reach_v4),
    }
}

fn reach_v4(address: Ipv4Addr) -> Reach {
    let shared = address.octets()[0] == 100 && address.octets()[1] & 0xc0 == 64;
    match IpAddr::V4(address) {
        ip if ip.is_loopback() => Reach::Loopback,
        _ if address.is_private() || address.is_link_local() || shared => Reach::Private,
        _ => Reach::Public,
    }
}

fn reach_v6(address: Ipv6Addr) -> Reach {
    if address.is_loopback() {
        Reach::Loopback
    } else if address.is_unique_local() || address.is_unicast_link_local() {
        Reach::Private
    } else {
        Reach::Public
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;

    #[test]
    fn hosts_and_their_reach() {
        for (host, wanted) in [
            ("localhost", Reach::Loopback),
            ("a.localhost", Reach::Loopback),
            ("127.8.0.1", Reach::Loopback),
            ("[::1]", Reach::Loopback),
            ("[::ffff:127.0.0.1]", Reach::Loopback),
            ("10.0.0.1", Reach::Private),
            ("172.31.0.1", Reach::Private),
            ("192.168.1.1", Reach::Private),
            ("100.64.0.1", Reach::Private),
            ("[fd00::1]", Reach::Private),
            ("scim-dev", Reach::Private),
            ("scim.corp", Reach::Private),
            ("172.32.0.1", Reach::Public),
            ("localhost.example.com", Reach::Public),
            ("scim.example.com", Reach::Public),
            ("[2001:db8::1]", Reach::Public),
        ] {
            let url = Url::parse(&format!("http://{host}/")).unwrap();
            assert_eq!(reach(&url.host().unwrap()), wanted, "{host}");
        }
    }
}
