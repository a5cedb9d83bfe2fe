//! Letters that cannot be seen, or look like others: spaces at the ends, no-break spaces, zero-width signs, split accents.

use super::{Certain, Confidence, Form, Found, Layer, Likely, Possible, Sent, Verdict, View, sent::canonical};

const ID: &str = "whitespace-or-unicode";

/// What is wrong with a text, though it looks right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flaw {
    /// A space before or after it.
    Ends,
    /// A sign that has no width, or a space that is none.
    Hidden,
    /// A letter and its accent as two.
    Split,
    /// Letters of two alphabets in one word.
    Mixed,
}

impl Flaw {
    const fn words(self) -> &'static str {
        match self {
            Self::Ends => "a space at the start or the end",
            Self::Hidden => "an invisible character",
            Self::Split => "an accent stored as a letter of its own",
            Self::Mixed => "a letter of another alphabet that looks the same",
        }
    }

    fn of(text: &str) -> Option<Self> {
        if text.is_ascii() && text.trim() == text && !text.contains(char::is_control) {
            return None;
        }
        if hides(text) {
            Some(Self::Hidden)
        } else if text.trim() != text && !text.trim().is_empty() {
            Some(Self::Ends)
        } else if text.chars().any(|letter| ('\u{300}'..='\u{36f}').contains(&letter)) {
            Some(Self::Split)
        } else {
            text.split(|c: char| !c.is_alphabetic()).any(is_mixed).then_some(Self::Mixed)
        }
    }
}

/// Names by which people are matched, and what is said of them.
pub(super) fn letters(view: &View<'_>, found: &mut Found) {
    looked_up(view, found);
    let is_name = |sent: &&Sent<'_>| {
        let of_match = matches!(sent.name.as_str(), "username" | "emails.value" | "externalid" | "email");
        of_match
            || matches!(
                sent.name.as_str(),
                "displayname" | "name.givenname" | "name.familyname" | "name.formatted" | "manager" | "manager.value"
            )
    };
    let flawed = |sent: &Sent<'_>| sent.text().and_then(Flaw::of);
    // What nobody sees is a flaw of any text that is one line.
    let is_hidden = |sent: &Sent<'_>| {
        !sent.is_told
            && flawed(sent) == Some(Flaw::Hidden)
            && !sent.text().is_some_and(|text| text.contains(['\n', '\t']))
    };
    let is_odd = |sent: &&Sent<'_>| is_name(sent) && flawed(sent).is_some() || is_hidden(sent);
    let odd: Vec<&Sent<'_>> = view.sent.iter().filter(is_odd).collect();
    let is_key = |sent: &&&Sent<'_>| matches!(sent.root(), "username" | "emails" | "externalid" | "email");
    let is_hidden_in = |sent: &&&Sent<'_>| flawed(sent) == Some(Flaw::Hidden);
    let Some(first) = odd.iter().find(is_key).or_else(|| odd.iter().find(is_hidden_in)).or_else(|| odd.first()) else {
        return;
    };
    let Some(flaw) = flawed(first) else { return };
    let is_matched = is_key(&first);
    let is_quoted = first.text().is_some_and(|text| view.said.quotes(text));
    let is_login = matches!(first.root(), "username" | "emails" | "email");
    let login: &[&str] =
        if is_login { &["user name", "username", "mail", "email"] } else { &["user name", "username"] };
    let own = [first.root().trim_end_matches('s'), first.leaf()];
    let verdict = view.verdict(&[&own, login].concat());
    let is_missing = view.said.is_of_presence_or_length();
    let confidence = match verdict {
        Some(Verdict::Named) if is_missing => return,
        Some(Verdict::Named) if speaks_of_letters(view) => Certain,
        Some(Verdict::Named) if flaw == Flaw::Hidden && is_matched && is_malformed(view, first) => Certain,
        Some(Verdict::Named) if is_matched || is_quoted => Likely,
        // A name may well end with a space; what nobody sees in it is refused like what is hidden in an address.
        Some(Verdict::Open) if (is_matched || flaw == Flaw::Hidden) && !first.is_told => {
            view.open_confidence(first.root()).min(open(flaw))
        }
        Some(_) => return,
        None if view.facts.reply.status == Some(409) && first.root() == "username" => {
            if speaks_of_letters(view) {
                Certain
            } else {
                Likely
            }
        }
        None if view.facts.has_succeeded() => {
            view.habit(found, ID, Layer::Mapping, &[first]).with("flaw", flaw.words());
            return;
        }
        None => return,
    };
    view.explain(found, (ID, confidence, Layer::Mapping), &[first]).with("flaw", flaw.words());
}

/// A space at the end is seldom refused; what is hidden in an address often is.
const fn open(flaw: Flaw) -> Confidence {
    match flaw {
        Flaw::Hidden | Flaw::Ends => Likely,
        Flaw::Split | Flaw::Mixed => Possible,
    }
}

/// The words name just this attribute, and find fault with its form.
fn is_malformed(view: &View<'_>, sent: &Sent<'_>) -> bool {
    let name = if sent.leaf() == "value" { sent.root() } else { sent.leaf() };
    view.said.names(&[name.trim_end_matches('s')])
        && view.said.says(&["valid", "format", "malformed", "well-formed", "illegal", "incorrect", "must be an email"])
}

fn speaks_of_letters(view: &View<'_>) -> bool {
    view.said.says(&[
        "whitespace",
        "white space",
        "space",
        "character",
        "invisible",
        "unicode",
        "ascii",
        "pattern",
        "regular expression",
        "\\s",
        "trim",
        "normalis",
        "normaliz",
    ])
}

/// A look-up whose value cannot be found as it stands, or that found somebody whose name has such a letter.
fn looked_up(view: &View<'_>, found: &mut Found) {
    let facts = view.facts;
    let Some(filter) = &facts.asked.filter else { return };
    let whole = facts.asked.quoted_filter();
    let is_empty_list = facts.has_succeeded() && facts.reply.form == Form::List && facts.reply.total() == Some(0);
    if let Some(flaw) = Flaw::of(&filter.value) {
        let confidence = match facts.reply.status {
            _ if is_empty_list => Likely,
            Some(404) => Likely,
            Some(400) if facts.was_judged() && !view.said.says(&["not supported", "unsupported"]) => Likely,
            _ => {
                if facts.has_succeeded() {
                    found.habit(ID, Layer::Mapping).at(filter.place, whole).with("flaw", flaw.words());
                }
                return;
            }
        };
        let draft = found.add(ID, confidence, Layer::Mapping);
        draft.at(filter.place, whole).with("flaw", flaw.words());
        draft.with("attribute", filter.head()).with("value", &filter.value);
        if is_empty_list {
            draft.at("response.body/totalResults", "0");
        } else {
            view.quote(draft);
        }
        return;
    }
    if !facts.has_succeeded() || filter.value.is_empty() {
        return;
    }
    for (at, resource) in facts.reply.resources().into_iter().flatten().take(20).enumerate() {
        let all = Sent::of_resource(resource, &format!("response.body/Resources/{at}"));
        let name = canonical(&filter.attribute);
        let kept = all.iter().find(|member| member.name == name);
        if let Some((kept, text)) = kept.and_then(|kept| Some((kept, kept.text()?)))
            && let Some(flaw) = Flaw::of(text)
            && text != filter.value
        {
            let draft = found.add(ID, Likely, Layer::Mapping);
            draft.at(filter.place, whole).at_value(kept.place.clone(), kept.value);
            draft.with("flaw", flaw.words()).with("attribute", kept.written).with("value", text);
            return;
        }
    }
}

/// Whether a text has a sign that cannot be seen.
pub(in crate::diagnosis::rules) fn has_hidden(text: &str) -> bool {
    Flaw::of(text) == Some(Flaw::Hidden)
}

/// Whether a sign in it cannot be seen. In Persian and Hindi a joiner is good spelling.
fn hides(text: &str) -> bool {
    let is_joiner = |letter: char| matches!(letter, '\u{200c}' | '\u{200d}');
    let mut before = ' ';
    text.chars().any(|letter| {
        let is_spelling = is_joiner(letter) && before > '\u{590}';
        before = letter;
        is_hidden(letter) && !is_spelling
    })
}

fn is_hidden(letter: char) -> bool {
    let has_no_width = matches!(
        letter,
        '\u{a0}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2000}'..='\u{200a}' | '\u{2028}'..='\u{202f}'
            | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{3000}' | '\u{fffd}'
    );
    has_no_width || letter.is_control()
}

/// Latin beside Cyrillic or Greek within one word.
fn is_mixed(word: &str) -> bool {
    let is_latin = |letter: char| letter.is_ascii_alphabetic();
    let is_other = |letter: char| ('\u{370}'..='\u{52f}').contains(&letter);
    word.chars().any(is_latin) && word.chars().any(is_other)
}
