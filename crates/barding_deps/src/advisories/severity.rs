//! How bad a vulnerability is, from CVSS vectors and the words of databases.

use std::str::FromStr;

/// How bad a vulnerability is in itself, on the five steps of CVSS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rating {
    /// Nobody has said.
    Unknown,
    /// 0.1 to 3.9.
    Low,
    /// 4.0 to 6.9.
    Medium,
    /// 7.0 to 8.9.
    High,
    /// 9.0 to 10.0.
    Critical,
}

impl Rating {
    /// The rating's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The rating a database's own word stands for.
    pub fn of_word(word: &str) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "low" => Self::Low,
            "moderate" | "medium" => Self::Medium,
            "high" => Self::High,
            "critical" => Self::Critical,
            _ => Self::Unknown,
        }
    }

    /// The rating of a score from 0.0 to 10.0, as CVSS 3 and 4 divide it.
    pub fn of_score(score: f64) -> Self {
        match score {
            score if score >= 9.0 => Self::Critical,
            score if score >= 7.0 => Self::High,
            score if score >= 4.0 => Self::Medium,
            score if score > 0.0 => Self::Low,
            _ => Self::Unknown,
        }
    }

    pub(crate) fn number(self) -> u32 {
        self as u32
    }

    pub(crate) fn of_number(number: u32) -> Self {
        match number {
            1 => Self::Low,
            2 => Self::Medium,
            3 => Self::High,
            4 => Self::Critical,
            _ => Self::Unknown,
        }
    }
}

/// The score of a CVSS vector of version 2, 3 or 4; `None` when it is none.
pub fn score(vector: &str) -> Option<f64> {
    cvss::Cvss::from_str(vector.trim()).ok().map(|vector| vector.score())
}

/// The best vector of several: of the newest version of CVSS, then the worst score.
pub(crate) fn best(vectors: &[String]) -> Option<(&str, f64)> {
    let scored = vectors.iter().filter_map(|vector| Some((vector.as_str(), score(vector)?)));
    scored.max_by(|a, b| generation(a.0).cmp(&generation(b.0)).then(a.1.total_cmp(&b.1)))
}

fn generation(vector: &str) -> u32 {
    match vector {
        vector if vector.starts_with("CVSS:4") => 4,
        vector if vector.starts_with("CVSS:3") => 3,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_of_every_version_are_scored() {
        let cases = [
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8),
            ("CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1),
            ("AV:N/AC:L/Au:N/C:P/I:P/A:P", 7.5),
            ("AV:N/AC:M/Au:N/C:N/I:P/A:N", 4.3),
            ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 9.3),
            ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:L/SC:N/SI:N/SA:N", 6.9),
        ];
        for (vector, expected) in cases {
            let score = score(vector).unwrap_or_else(|| panic!("{vector} is a vector"));
            assert!((score - expected).abs() < 0.001, "{vector}: {score}");
        }
        assert_eq!(score("AV:N/nonsense"), None);
    }

    #[test]
    fn the_newest_version_of_cvss_wins() {
        let vectors = [
            "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H".to_owned(),
            "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:L/SC:N/SI:N/SA:N".to_owned(),
        ];
        assert_eq!(best(&vectors).map(|(_, score)| Rating::of_score(score)), Some(Rating::Medium));
    }
}
