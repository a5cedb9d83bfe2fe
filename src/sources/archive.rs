//! gzip and zip: what is packed is read as if it were not. Bounded on every side: how many files an archive holds, what
//! they come to, and how many times their packed size that is. An archive within an archive is not opened.

use std::{
    cell::Cell,
    io::{self, Read, Seek, SeekFrom},
    rc::Rc,
};

use flate2::read::MultiGzDecoder;
use zip::ZipArchive;

use super::{Input, Stream};

/// An archive holds no more files than this.
const MAX_ENTRIES: usize = 200;
/// What is packed comes to no more than this, bytes.
const MAX_INFLATED: u64 = 16 << 30;
/// Logs are packed to a twentieth or a thirtieth; what is packed more tightly than this is no log.
const MAX_RATIO: u64 = 200;
/// Below this, bytes, a ratio says nothing.
const RATIO_FROM: u64 = 16 << 20;
/// The end of an archive's directory lies within its last bytes (APPNOTE.TXT §4.3.16).
const END: u64 = 66 << 10;

/// Something to read: an input, or one file of an archive.
pub(super) struct Piece<'p> {
    input: &'p dyn Input,
    /// Which input it is, or is a part of.
    pub(super) number: usize,
    packing: Packing,
}

enum Packing {
    Plain,
    Gzip,
    Entry { index: usize, name: String, size: u64 },
}

/// What an input holds.
///
/// # Errors
/// Why it cannot be opened, in one sentence.
pub(super) fn pieces<'p>(input: &'p dyn Input, number: usize) -> Result<Vec<Piece<'p>>, String> {
    let mut head = Vec::new();
    let stream = input.open().map_err(unreadable)?;
    stream.take(512).read_to_end(&mut head).map_err(unreadable)?;
    match magic(&head) {
        None => Ok(vec![Piece { input, number, packing: Packing::Plain }]),
        Some("gzip") => Ok(vec![Piece { input, number, packing: Packing::Gzip }]),
        Some("zip") => entries(input, number),
        Some(_) => Err("It is packed in a way that the console does not open; unpack it first.".to_owned()),
    }
}

impl Piece<'_> {
    /// The file within an archive.
    pub(super) fn entry(&self) -> Option<&str> {
        match &self.packing {
            Packing::Entry { name, .. } => Some(name),
            Packing::Plain | Packing::Gzip => None,
        }
    }

    /// Reads it from its beginning, unpacked.
    ///
    /// # Errors
    /// Why it cannot be opened, in one sentence.
    pub(super) fn open<T>(&self, take: impl FnOnce(&mut dyn Read) -> T) -> Result<T, String> {
        let stream = self.input.open().map_err(unreadable)?;
        match &self.packing {
            Packing::Plain => Ok(take(&mut { stream })),
            Packing::Gzip => Ok(take(&mut Inflated::new(stream))),
            Packing::Entry { index, size, .. } => {
                let mut archive = ZipArchive::new(stream).map_err(broken)?;
                let entry = archive.by_index(*index).map_err(broken)?;
                // It may come to more than its directory says.
                Ok(take(&mut Exact { inner: entry, left: *size }))
            }
        }
    }

    /// Its first bytes.
    ///
    /// # Errors
    /// Why it cannot be opened, in one sentence.
    pub(super) fn head(&self, most: u64) -> Result<Vec<u8>, String> {
        let mut head = Vec::new();
        let read = self.open(|reader| reader.take(most).read_to_end(&mut head));
        // What is broken further on is told when it is read.
        match read? {
            Err(error) if head.is_empty() => Err(unreadable(error)),
            _ if !matches!(self.packing, Packing::Plain) && magic(&head).is_some() => {
                Err("It is an archive within an archive, which the console does not open.".to_owned())
            }
            _ => Ok(head),
        }
    }
}

/// What packed some bytes, by how they begin.
fn magic(head: &[u8]) -> Option<&'static str> {
    const BEGINNINGS: [(&[u8], &str); 9] = [
        (b"\x1f\x8b", "gzip"),
        (b"PK\x03\x04", "zip"),
        (b"PK\x05\x06", "zip"),
        (b"PK\x07\x08", "zip"),
        (b"BZh", "bzip2"),
        (b"\xfd7zXZ\0", "xz"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"Rar!\x1a\x07", "rar"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
    ];
    BEGINNINGS.iter().find(|(beginning, _)| head.starts_with(beginning)).map(|(_, name)| *name)
}

fn entries<'p>(input: &'p dyn Input, number: usize) -> Result<Vec<Piece<'p>>, String> {
    let mut stream = input.open().map_err(unreadable)?;
    let length = announced(&mut stream)?;
    let mut archive = ZipArchive::new(stream).map_err(broken)?;
    if archive.len() > MAX_ENTRIES {
        return Err(format!("It is an archive of more than {MAX_ENTRIES} files."));
    }
    let mut pieces = Vec::new();
    let mut total = 0_u64;
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(broken)?;
        total = total.saturating_add(entry.size());
        if entry.name() == "[Content_Types].xml" {
            return Err("It is an Office document; save the sheet as CSV and import that.".to_owned());
        }
        // macOS puts a file of its own beside each.
        if entry.is_dir() || entry.name().starts_with("__MACOSX/") {
            continue;
        }
        let (name, size) = (entry.name().to_owned(), entry.size());
        pieces.push(Piece { input, number, packing: Packing::Entry { index, name, size } });
    }
    within_bounds(total, length).map_err(|why| format!("It was not unpacked: {why}."))?;
    Ok(pieces)
}

/// The length of a zip archive, unless its end announces too many files to read their list at all.
fn announced(stream: &mut Box<dyn Stream + '_>) -> Result<u64, String> {
    let read = |stream: &mut Box<dyn Stream + '_>| -> io::Result<(u64, Vec<u8>)> {
        let length = stream.seek(SeekFrom::End(0))?;
        stream.seek(SeekFrom::Start(length.saturating_sub(END)))?;
        let mut end = Vec::new();
        stream.take(END).read_to_end(&mut end)?;
        stream.seek(SeekFrom::Start(0))?;
        Ok((length, end))
    };
    let (length, end) = read(stream).map_err(unreadable)?;
    let is_too_many = end.windows(12).any(|part| match part {
        [b'P', b'K', 6, 7, ..] => true,
        [b'P', b'K', 5, 6, _, _, _, _, _, _, low, high] => usize::from(u16::from_le_bytes([*low, *high])) > MAX_ENTRIES,
        _ => false,
    });
    if is_too_many {
        return Err(format!("It is an archive of more than {MAX_ENTRIES} files, or of more than 4 GB."));
    }
    Ok(length)
}

fn within_bounds(inflated: u64, packed: u64) -> Result<(), String> {
    match () {
        () if inflated > MAX_INFLATED => Err(format!("it comes to more than {} GiB", MAX_INFLATED >> 30)),
        () if inflated > RATIO_FROM && inflated / packed.max(1) > MAX_RATIO => {
            Err(format!("it comes to more than {MAX_RATIO} times its packed size"))
        }
        () => Ok(()),
    }
}

fn unreadable(error: io::Error) -> String {
    format!("It could not be read: {error}.")
}

fn broken(error: zip::result::ZipError) -> String {
    format!("The archive could not be opened: {error}.")
}

/// gzip, unpacked within bounds.
struct Inflated<R> {
    inner: MultiGzDecoder<Counted<R>>,
    packed: Rc<Cell<u64>>,
    inflated: u64,
}

struct Counted<R> {
    inner: R,
    count: Rc<Cell<u64>>,
}

impl<R: Read> Inflated<R> {
    fn new(inner: R) -> Self {
        let packed = Rc::new(Cell::new(0));
        let inner = MultiGzDecoder::new(Counted { inner, count: packed.clone() });
        Self { inner, packed, inflated: 0 }
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.count.set(self.count.get() + count as u64);
        Ok(count)
    }
}

impl<R: Read> Read for Inflated<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.inflated += count as u64;
        within_bounds(self.inflated, self.packed.get()).map_err(io::Error::other)?;
        Ok(count)
    }
}

/// A file that may not come to more than it is said to.
struct Exact<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Exact<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        match self.left.checked_sub(count as u64) {
            Some(left) => self.left = left,
            None => return Err(io::Error::other("it comes to more than its archive says")),
        }
        Ok(count)
    }
}
