//! Statuses by their reason phrases (RFC 9110 §15), as directories write them in place of the number.

/// The phrases in lower case.
const PHRASES: [(&str, u16); 18] = [
    ("bad request", 400),
    ("unauthorized", 401),
    ("forbidden", 403),
    ("not found", 404),
    ("method not allowed", 405),
    ("not acceptable", 406),
    ("request timeout", 408),
    ("conflict", 409),
    ("unsupported media type", 415),
    ("unprocessable entity", 422),
    ("too many requests", 429),
    ("internal server error", 500),
    ("not implemented", 501),
    ("bad gateway", 502),
    ("service unavailable", 503),
    ("service temporarily unavailable", 503),
    ("gateway timeout", 504),
    ("gateway time-out", 504),
];
/// Okta puts the status before the service's own words: `Bad Request. Errors reported by remote server: …`.
const REPORTED: &str = "errors reported by remote server";

/// The status of a phrase by itself.
pub(in crate::diagnosis) fn status_of_phrase(phrase: &str) -> Option<u16> {
    let phrase = phrase.trim();
    PHRASES.iter().find(|(known, _)| *known == phrase).map(|(_, status)| *status)
}

/// The status of a phrase that is written as one word: `notfound`.
pub(in crate::diagnosis) fn status_of_word(word: &str) -> Option<u16> {
    let is_same = |phrase: &str| phrase.chars().filter(char::is_ascii_alphabetic).eq(word.chars());
    PHRASES.iter().find(|(phrase, _)| is_same(phrase)).map(|(_, status)| *status)
}

/// The status that Okta gives before the words of the service; the text is in lower case.
pub(super) fn status_before_words(text: &str) -> Option<u16> {
    let (before, _) = text.split_once(REPORTED)?;
    before.rsplit([':', '.', '\n']).map(str::trim).find(|part| !part.is_empty()).and_then(status_of_phrase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_phrase_before_the_words_of_the_service_is_the_status() {
        for (text, status) in [
            ("error while creating user ann: bad request. errors reported by remote server: no", Some(400)),
            ("conflict. errors reported by remote server: bad request", Some(409)),
            ("creating ann failed. errors reported by remote server: bad request", None),
            ("bad request", None),
        ] {
            assert_eq!(status_before_words(text), status, "{text}");
        }
        assert_eq!((status_of_phrase(" not found"), status_of_word("notfound")), (Some(404), Some(404)));
    }
}
