//! The draft as a text: the ticket, files, guides. None holds a person's data, so none needs redaction.

use super::Mappings;
use crate::{
    app::Context,
    domain::mapping::{MappingDraft, entra_guide, okta_guide, ticket},
    engine::Command,
};

/// Which text to export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Export {
    /// The ticket that the vendor's guide asks for.
    Ticket,
    /// A CSV file.
    Csv,
    /// A mapping file.
    Json,
    /// Steps for Entra.
    EntraGuide,
    /// Steps for Okta.
    OktaGuide,
}

impl Export {
    /// Every export, in menu order.
    pub const ALL: [Self; 5] = [Self::Ticket, Self::Csv, Self::Json, Self::EntraGuide, Self::OktaGuide];

    /// The words of the menu.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Ticket => "Support ticket",
            Self::Csv => "CSV file",
            Self::Json => "Mapping file",
            Self::EntraGuide => "Entra guide",
            Self::OktaGuide => "Okta guide",
        }
    }

    const fn file_name(self) -> &'static str {
        match self {
            Self::Ticket => "mapping-ticket.txt",
            Self::Csv => "mappings.csv",
            Self::Json => "mappings.json",
            Self::EntraGuide => "entra-guide.md",
            Self::OktaGuide => "okta-guide.md",
        }
    }
}

impl Mappings {
    pub(super) fn export(&self, export: Export, cx: &mut Context<'_>) {
        let command = Command::SaveAs { name: export.file_name().to_owned(), text: self.export_text(export, cx) };
        cx.orders.ask("export", command);
    }

    /// Copies it as it is: redaction would take the names of attributes for data.
    pub(super) fn copy_export(&self, export: Export, cx: &mut Context<'_>) {
        cx.clipboard.push(self.export_text(export, cx));
        cx.notices.say(cx.now, format!("{} copied", export.label()));
    }

    fn export_text(&self, export: Export, cx: &Context<'_>) -> String {
        let draft = MappingDraft { rows: self.content.rows.clone() };
        match export {
            Export::Ticket => ticket(&draft, cx.name, cx.environment, &self.problems),
            Export::Csv => draft.to_csv(),
            Export::Json => draft.to_json(),
            Export::EntraGuide => entra_guide(&draft),
            Export::OktaGuide => okta_guide(&draft),
        }
    }
}
