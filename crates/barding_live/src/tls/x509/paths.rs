//! The paths a chain makes to the roots of a store.

use super::der::Reader;
use super::{Parsed, certificates, read, verifies};
use crate::tls::{Answer, Certificate, ChainSeen, StoreVerdict, Time, Trust};

/// A store of trusted roots.
#[derive(Debug)]
pub struct Store {
    name: String,
    roots: Vec<Root>,
}

#[derive(Debug)]
struct Root {
    subject: Vec<u8>,
    key: Vec<u8>,
    name: String,
}

impl Store {
    /// Mozilla's roots, as they were when this program was built.
    pub fn mozilla() -> Self {
        let root = |anchor: &webpki_roots_anchor::Anchor| Root {
            subject: anchor.subject.as_ref().to_vec(),
            key: anchor.subject_public_key_info.as_ref().to_vec(),
            name: read::name(anchor.subject.as_ref()),
        };
        Self { name: "Mozilla".to_owned(), roots: webpki_roots::TLS_SERVER_ROOTS.iter().map(root).collect() }
    }

    /// The certificates of a file as roots.
    pub fn from_file(name: impl Into<String>, file: &[u8]) -> Self {
        let root = |bytes: &Vec<u8>| {
            let (subject, key) = read::read_root(bytes)?;
            Some(Root { subject: subject.to_vec(), key: key.to_vec(), name: read::name(subject) })
        };
        Self { name: name.into(), roots: certificates(file).iter().filter_map(root).collect() }
    }

    /// Whether there is no root in it.
    pub fn is_empty(&self) -> bool {
        self.roots.is_empty()
    }

    fn named<'s>(&'s self, subject: &'s [u8]) -> impl Iterator<Item = &'s Root> {
        self.roots.iter().filter(move |root| root.subject == subject)
    }
}

mod webpki_roots_anchor {
    pub(super) type Anchor = rustls::pki_types::TrustAnchor<'static>;
}

/// More links than this no real chain has.
const DEEPEST: usize = 8;
/// How many signatures may be verified for one chain and one store.
const MOST_SIGNATURES: u32 = 100;

/// What a chain of certificates (in DER, as sent) is, and where it leads in each store.
pub fn chain(sent: &[Vec<u8>], stores: &[Store], now: Time) -> ChainSeen {
    let mut seen = ChainSeen::default();
    let mut parsed = Vec::new();
    for (at, bytes) in sent.iter().enumerate().take(50) {
        match read(bytes) {
            Some(mut certificate) => {
                certificate.facts.is_self_signed = certificate.subject == certificate.issuer
                    && verifies_by(&certificate, &certificate.key).is_yes();
                parsed.push(certificate);
            }
            None => {
                seen.problems.push(format!("certificate {} of the chain cannot be read", at + 1));
                // The places in the paths count every certificate sent, so an unreadable one must keep its place.
                let problems = vec!["it cannot be read".to_owned()];
                let facts = Certificate { bytes: bytes.len(), problems, ..Certificate::default() };
                parsed.push(unreadable(facts));
            }
        }
    }
    if sent.len() > 50 {
        seen.problems.push(format!("{} certificates were sent; the first 50 were looked at", sent.len()));
    }
    if parsed.first().is_some_and(|leaf| !leaf.signed.is_empty()) {
        seen.stores = stores.iter().map(|store| verdict(&parsed, store, now)).collect();
    }
    seen.sent = parsed.into_iter().map(|certificate| certificate.facts).collect();
    seen
}

fn unreadable(facts: Certificate) -> Parsed {
    let nothing = Vec::new;
    Parsed {
        facts,
        subject: nothing(),
        issuer: nothing(),
        key: nothing(),
        signed: nothing(),
        signature_algorithm: nothing(),
        signature: nothing(),
        serial: nothing(),
        is_v1: false,
    }
}

fn verifies_by(certificate: &Parsed, key: &[u8]) -> Answer {
    verifies(key, &certificate.signature_algorithm, &certificate.signed, &certificate.signature)
}

struct Search<'a> {
    sent: &'a [Parsed],
    store: &'a Store,
    now: Time,
    signatures: u32,
    best: StoreVerdict,
}

fn verdict(sent: &[Parsed], store: &Store, now: Time) -> StoreVerdict {
    let worst = StoreVerdict {
        store: store.name.clone(),
        trust: Trust::NotKnown,
        path: Vec::new(),
        root: String::new(),
    };
    let mut search = Search { sent, store, now, signatures: 0, best: worst };
    search.climb(&mut vec![0]);
    search.best
}

impl Search<'_> {
    /// Looks for a root above the last certificate of `path`. Stops at the first path that leads to one.
    fn climb(&mut self, path: &mut Vec<usize>) -> bool {
        let here = &self.sent[path[path.len() - 1]];
        if let Some(root) = self.store.named(&here.subject).find(|root| root.key == here.key) {
            return self.settle(Trust::Trusted, path, &root.name);
        }
        if here.facts.is_self_signed {
            let trust = if path.len() == 1 { Trust::SelfSigned } else { Trust::UnknownRoot };
            return self.settle(trust, path, &here.facts.subject);
        }
        let mut broken = false;
        let mut not_known = false;
        for root in self.store.named(&here.issuer) {
            match self.verified(here, &root.key) {
                Answer::Yes => return self.settle(Trust::Trusted, path, &root.name),
                Answer::No => broken = true,
                Answer::Unknown(_) => not_known = true,
            }
        }
        let mut above: Vec<usize> =
            (0..self.sent.len()).filter(|at| self.may_stand_above(path, *at)).collect();
        // Of two certificates of one authority the one that is good today is tried first.
        above.sort_by_key(|at| {
            let facts = &self.sent[*at].facts;
            !(facts.not_before <= self.now && self.now <= facts.not_after)
        });
        let mut climbed = false;
        for at in above {
            if path.len() >= DEEPEST {
                break;
            }
            match self.verified(here, &self.sent[at].key) {
                Answer::Yes => {
                    climbed = true;
                    path.push(at);
                    let found = self.climb(path);
                    path.pop();
                    if found {
                        return true;
                    }
                }
                Answer::No => broken = true,
                Answer::Unknown(_) => not_known = true,
            }
        }
        if climbed {
            return false;
        }
        let trust = match (broken, not_known) {
            (_, true) => Trust::NotKnown,
            (true, _) => Trust::Broken,
            _ => Trust::IssuerMissing,
        };
        self.settle(trust, path, &here.facts.issuer)
    }

    fn may_stand_above(&self, path: &[usize], at: usize) -> bool {
        let (below, above) = (&self.sent[path[path.len() - 1]], &self.sent[at]);
        let may_sign =
            above.facts.key_usage.as_ref().is_none_or(|uses| uses.iter().any(|usage| usage == "keyCertSign"));
        // Authorities between this one and the server's own certificate.
        let between = path.len() as u32 - 1;
        !path.contains(&at)
            && !above.signed.is_empty()
            && above.subject == below.issuer
            && (above.facts.is_authority || above.is_v1)
            && may_sign
            && above.facts.path_length.is_none_or(|most| between <= most)
    }

    fn verified(&mut self, certificate: &Parsed, key: &[u8]) -> Answer {
        self.signatures += 1;
        if self.signatures > MOST_SIGNATURES {
            return Answer::unknown("too many signatures to verify");
        }
        verifies_by(certificate, key)
    }

    /// Keeps this end of a path when it is better than the one we have, or as good and longer.
    fn settle(&mut self, trust: Trust, path: &[usize], root: &str) -> bool {
        let better =
            trust < self.best.trust || (trust == self.best.trust && path.len() > self.best.path.len());
        if better {
            self.best = StoreVerdict {
                store: self.store.name.clone(),
                trust,
                path: path.to_vec(),
                root: root.to_owned(),
            };
        }
        trust == Trust::Trusted
    }
}

/// The issuer's certificate in a file that an authority serves: DER, PEM, or a PKCS #7 bundle.
pub(crate) fn issuers_in(file: &[u8]) -> Vec<Vec<u8>> {
    let plain = certificates(file);
    if plain.iter().any(|bytes| read(bytes).is_some()) {
        return plain;
    }
    // SignedData keeps its certificates under the tag [0]; the content's own type comes first.
    let signed = Reader(file).enter(super::der::SEQUENCE).and_then(|mut outer| {
        outer.one(super::der::OID)?;
        outer.enter(0xA0)?.enter(super::der::SEQUENCE)
    });
    let Some(mut parts) = signed else { return Vec::new() };
    let list = parts.find(|part| part.tag == 0xA0);
    list.map(|list| Reader(list.body).take(20).map(|element| element.whole.to_vec()).collect())
        .unwrap_or_default()
}
