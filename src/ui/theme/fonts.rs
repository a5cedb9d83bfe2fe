//! Registers the embedded fonts, one family a weight. `assets/fonts/README.txt` says where they come from.

use std::sync::Arc;

use egui::{FontData, FontDefinitions, FontFamily};

use super::text::Family;

const FACES: [(Family, &str, &[u8]); 8] = [
    (Family::Regular, "Inter Regular", include_bytes!("../../../assets/fonts/Inter-Regular.otf")),
    (Family::Medium, "Inter Medium", include_bytes!("../../../assets/fonts/Inter-Medium.otf")),
    (Family::Semi, "Inter SemiBold", include_bytes!("../../../assets/fonts/Inter-SemiBold.otf")),
    (Family::Mono, "JetBrains Mono Regular", include_bytes!("../../../assets/fonts/JetBrainsMono-Regular.ttf")),
    (Family::MonoMedium, "JetBrains Mono Medium", include_bytes!("../../../assets/fonts/JetBrainsMono-Medium.ttf")),
    (Family::Icon, "Phosphor Regular", include_bytes!("../../../assets/fonts/Phosphor-Regular.ttf")),
    (Family::IconFill, "Phosphor Fill", include_bytes!("../../../assets/fonts/Phosphor-Fill.ttf")),
    (Family::IconBold, "Phosphor Bold", include_bytes!("../../../assets/fonts/Phosphor-Bold.ttf")),
];

/// egui's own fonts stay behind the text faces, for characters that Inter lacks; an icon face has no fallback.
pub(super) fn definitions() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let fallback: Vec<String> = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    for (family, name, bytes) in FACES {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
        let mut stack = vec![name.to_owned()];
        if !matches!(family, Family::Icon | Family::IconFill | Family::IconBold) {
            stack.extend(fallback.iter().cloned());
        }
        fonts.families.insert(family.family(), stack);
    }
    fonts
}
