//! The kinds of file a site meets, and the names and types that go with each.

/// What a kind is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// Pictures.
    Image,
    /// Sound.
    Audio,
    /// Films.
    Video,
    /// Texts with a layout, tables, slides, books.
    Document,
    /// Plain text.
    Text,
    /// Archives and compressed files.
    Archive,
    /// Typefaces.
    Font,
    /// Databases and tables of numbers.
    Data,
    /// What a browser, an interpreter or a viewer runs: never a harmless upload.
    Active,
    /// What an operating system runs.
    Executable,
    /// Not recognised.
    Unknown,
}

impl Family {
    /// The word policies use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Audio => "audio",
            Self::Video => "video",
            Self::Document => "document",
            Self::Text => "text",
            Self::Archive => "archive",
            Self::Font => "font",
            Self::Data => "data",
            Self::Active => "active",
            Self::Executable => "executable",
            Self::Unknown => "unknown",
        }
    }
}

macro_rules! kinds {
    ($($variant:ident $name:literal $family:ident $title:literal [$($mime:literal)*] [$($extension:literal)*];)*) => {
        /// A kind of file.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "the titles in the table below say what each is")]
        pub enum Kind { $($variant,)* }

        impl Kind {
            /// Every kind.
            pub const ALL: &'static [Kind] = &[$(Kind::$variant,)*];

            /// The word policies use.
            pub fn name(self) -> &'static str { match self { $(Kind::$variant => $name,)* } }

            /// What to call it in a sentence.
            pub fn title(self) -> &'static str { match self { $(Kind::$variant => $title,)* } }

            /// What it is for.
            pub fn family(self) -> Family { match self { $(Kind::$variant => Family::$family,)* } }

            /// The media types browsers and tools send for it, the right one first.
            pub fn media_types(self) -> &'static [&'static str] { match self { $(Kind::$variant => &[$($mime,)*],)* } }

            /// The extensions it comes with, the usual one first.
            pub fn extensions(self) -> &'static [&'static str] { match self { $(Kind::$variant => &[$($extension,)*],)* } }
        }
    };
}

kinds! {
    Png "png" Image "a PNG picture" ["image/png" "image/apng" "image/x-png" "image/vnd.mozilla.apng"] ["png" "apng"];
    Jpeg "jpeg" Image "a JPEG picture" ["image/jpeg" "image/jpg" "image/pjpeg"] ["jpg" "jpeg" "jpe" "jfif"];
    Gif "gif" Image "a GIF picture" ["image/gif"] ["gif"];
    Webp "webp" Image "a WebP picture" ["image/webp"] ["webp"];
    Bmp "bmp" Image "a BMP picture" ["image/bmp" "image/x-ms-bmp" "image/x-bmp"] ["bmp" "dib"];
    Tiff "tiff" Image "a TIFF picture" ["image/tiff" "image/x-tiff"] ["tif" "tiff"];
    Ico "ico" Image "an icon" ["image/vnd.microsoft.icon" "image/x-icon" "image/ico"] ["ico"];
    Cur "cur" Image "a pointer" ["image/vnd.microsoft.icon" "image/x-icon" "image/x-win-bitmap"] ["cur"];
    Avif "avif" Image "an AVIF picture" ["image/avif" "image/avif-sequence"] ["avif" "avifs"];
    Heic "heic" Image "an HEIC picture" ["image/heic" "image/heif" "image/heic-sequence" "image/heif-sequence"] ["heic" "heif" "hif"];
    Jp2 "jp2" Image "a JPEG 2000 picture" ["image/jp2" "image/jpx" "image/jpm" "image/j2k"] ["jp2" "jpx" "jpm" "jpf"];
    J2k "j2k" Image "a JPEG 2000 codestream" ["image/j2c" "image/jp2" "image/x-jp2-codestream" "image/j2k"] ["j2k" "j2c" "jpc"];
    Jxl "jxl" Image "a JPEG XL picture" ["image/jxl"] ["jxl"];
    Psd "psd" Image "a Photoshop picture" ["image/vnd.adobe.photoshop" "image/x-photoshop" "application/photoshop"] ["psd" "psb"];
    Pnm "pnm" Image "a PNM picture" ["image/x-portable-anymap" "image/x-portable-bitmap" "image/x-portable-graymap" "image/x-portable-pixmap"] ["pnm" "pbm" "pgm" "ppm" "pam"];
    Qoi "qoi" Image "a QOI picture" ["image/qoi" "image/x-qoi"] ["qoi"];
    Icns "icns" Image "an Apple icon" ["image/icns" "image/x-icns"] ["icns"];
    Dds "dds" Image "a DDS picture" ["image/vnd.ms-dds" "image/x-dds"] ["dds"];
    Pcx "pcx" Image "a PCX picture" ["image/vnd.zbrush.pcx" "image/x-pcx" "image/pcx"] ["pcx"];
    Sgi "sgi" Image "an SGI picture" ["image/sgi" "image/x-sgi" "image/x-rgb"] ["sgi" "rgb" "rgba" "bw"];
    Djvu "djvu" Document "a DjVu document" ["image/vnd.djvu" "image/x-djvu"] ["djvu" "djv"];
    Mp3 "mp3" Audio "an MP3 file" ["audio/mpeg" "audio/mp3" "audio/x-mpeg" "audio/mpeg3"] ["mp3" "mp2" "mpga"];
    Wav "wav" Audio "a WAV file" ["audio/wav" "audio/x-wav" "audio/wave" "audio/vnd.wave"] ["wav" "wave"];
    Flac "flac" Audio "a FLAC file" ["audio/flac" "audio/x-flac"] ["flac"];
    Ogg "ogg" Audio "an Ogg sound" ["audio/ogg" "application/ogg" "audio/vorbis" "audio/x-vorbis+ogg"] ["ogg" "oga" "spx"];
    Opus "opus" Audio "an Opus sound" ["audio/ogg" "audio/opus" "application/ogg"] ["opus" "ogg" "oga"];
    Aac "aac" Audio "an AAC sound" ["audio/aac" "audio/x-aac" "audio/aacp" "audio/x-hx-aac-adts"] ["aac"];
    M4a "m4a" Audio "an M4A sound" ["audio/mp4" "audio/x-m4a" "audio/m4a" "video/mp4"] ["m4a" "m4b" "m4r"];
    Aiff "aiff" Audio "an AIFF sound" ["audio/aiff" "audio/x-aiff"] ["aiff" "aif" "aifc"];
    Amr "amr" Audio "an AMR sound" ["audio/amr" "audio/AMR" "audio/amr-wb"] ["amr" "awb"];
    Midi "midi" Audio "a MIDI file" ["audio/midi" "audio/x-midi" "audio/mid"] ["mid" "midi" "kar"];
    Au "au" Audio "an AU sound" ["audio/basic" "audio/x-au"] ["au" "snd"];
    Caf "caf" Audio "a CAF sound" ["audio/x-caf"] ["caf"];
    Wma "wma" Video "a Windows Media file" ["audio/x-ms-wma" "video/x-ms-wmv" "video/x-ms-asf" "application/vnd.ms-asf"] ["wma" "wmv" "asf"];
    Mp4 "mp4" Video "an MP4 film" ["video/mp4" "video/x-m4v" "application/mp4" "audio/mp4"] ["mp4" "m4v" "mp4v" "f4v"];
    Mov "mov" Video "a QuickTime film" ["video/quicktime"] ["mov" "qt"];
    ThreeGp "3gp" Video "a 3GP film" ["video/3gpp" "video/3gpp2" "audio/3gpp"] ["3gp" "3g2"];
    Webm "webm" Video "a WebM film" ["video/webm" "audio/webm"] ["webm" "weba"];
    Mkv "mkv" Video "a Matroska film" ["video/x-matroska" "video/matroska" "audio/x-matroska"] ["mkv" "mka" "mks"];
    Avi "avi" Video "an AVI film" ["video/x-msvideo" "video/avi" "video/vnd.avi" "video/msvideo"] ["avi"];
    Ogv "ogv" Video "an Ogg film" ["video/ogg" "application/ogg"] ["ogv" "ogg" "ogx"];
    Flv "flv" Video "an FLV film" ["video/x-flv" "video/flv"] ["flv"];
    Mpeg "mpeg" Video "an MPEG film" ["video/mpeg" "video/mp2p" "video/mpv"] ["mpg" "mpeg" "mpe" "vob" "m1v" "m2v" "mpv"];
    MpegTs "mpegts" Video "an MPEG transport stream" ["video/mp2t" "video/vnd.dlna.mpeg-tts" "video/mpeg"] ["ts" "mts" "m2ts" "tsv"];
    Pdf "pdf" Document "a PDF document" ["application/pdf" "application/x-pdf"] ["pdf"];
    Docx "docx" Document "a Word document" ["application/vnd.openxmlformats-officedocument.wordprocessingml.document" "application/vnd.openxmlformats-officedocument.wordprocessingml.template"] ["docx" "dotx"];
    Xlsx "xlsx" Document "an Excel workbook" ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" "application/vnd.openxmlformats-officedocument.spreadsheetml.template"] ["xlsx" "xltx"];
    Pptx "pptx" Document "a PowerPoint presentation" ["application/vnd.openxmlformats-officedocument.presentationml.presentation" "application/vnd.openxmlformats-officedocument.presentationml.slideshow" "application/vnd.openxmlformats-officedocument.presentationml.template"] ["pptx" "ppsx" "potx"];
    OfficeMacro "office-macro" Active "an Office document with macros" ["application/vnd.ms-word.document.macroenabled.12" "application/vnd.ms-excel.sheet.macroenabled.12" "application/vnd.ms-powerpoint.presentation.macroenabled.12"] ["docm" "xlsm" "pptm" "dotm" "xltm" "potm" "ppsm" "ppam" "xlam" "xlsb"];
    Visio "vsdx" Document "a Visio drawing" ["application/vnd.ms-visio.drawing.main+xml" "application/vnd.visio"] ["vsdx"];
    Xps "xps" Document "an XPS document" ["application/vnd.ms-xpsdocument" "application/oxps"] ["xps" "oxps"];
    Odt "odt" Document "an OpenDocument text" ["application/vnd.oasis.opendocument.text" "application/vnd.oasis.opendocument.text-template"] ["odt" "ott" "odm"];
    Ods "ods" Document "an OpenDocument table" ["application/vnd.oasis.opendocument.spreadsheet" "application/vnd.oasis.opendocument.spreadsheet-template"] ["ods" "ots"];
    Odp "odp" Document "an OpenDocument presentation" ["application/vnd.oasis.opendocument.presentation" "application/vnd.oasis.opendocument.presentation-template"] ["odp" "otp"];
    Odg "odg" Document "an OpenDocument drawing" ["application/vnd.oasis.opendocument.graphics" "application/vnd.oasis.opendocument.formula" "application/vnd.oasis.opendocument.graphics-template"] ["odg" "otg" "odf"];
    Epub "epub" Document "an EPUB book" ["application/epub+zip"] ["epub"];
    Mobi "mobi" Document "a Mobipocket book" ["application/x-mobipocket-ebook" "application/vnd.amazon.mobi8-ebook"] ["mobi" "azw" "azw3" "prc"];
    Doc "doc" Document "an old Word document" ["application/msword"] ["doc" "dot"];
    Xls "xls" Document "an old Excel workbook" ["application/vnd.ms-excel" "application/msexcel"] ["xls" "xlt"];
    Ppt "ppt" Document "an old PowerPoint presentation" ["application/vnd.ms-powerpoint" "application/mspowerpoint"] ["ppt" "pps" "pot"];
    Msg "msg" Document "an Outlook message" ["application/vnd.ms-outlook"] ["msg"];
    Ole "ole" Data "a compound file" ["application/x-ole-storage"] ["ole" "pub" "vsd" "mpp"];
    Rtf "rtf" Document "an RTF document" ["application/rtf" "text/rtf" "text/richtext"] ["rtf"];
    Text "txt" Text "plain text" ["text/plain" "text/markdown" "text/x-markdown" "text/x-rst" "text/x-log" "text/csv" "text/tab-separated-values" "application/x-tex" "text/x-tex" "application/yaml" "application/x-yaml" "text/yaml"] ["txt" "text" "md" "markdown" "rst" "log" "csv" "tsv" "tex" "bib" "asc" "diff" "patch" "yaml" "yml" "toml" "po" "pot" "nfo"];
    Csv "csv" Text "a table of values" ["text/csv" "application/csv" "text/comma-separated-values" "application/vnd.ms-excel" "text/plain" "text/tab-separated-values"] ["csv" "tsv" "txt" "tab" "md" "log"];
    Json "json" Text "JSON" ["application/json" "application/geo+json" "application/ld+json" "text/json" "text/plain"] ["json" "geojson" "jsonld" "topojson" "ipynb" "txt"];
    JsonLines "jsonl" Text "lines of JSON" ["application/jsonl" "application/x-ndjson" "application/x-jsonlines" "text/plain"] ["jsonl" "ndjson" "log" "txt"];
    Vcard "vcard" Text "a contact card" ["text/vcard" "text/x-vcard" "text/directory"] ["vcf" "vcard"];
    Calendar "calendar" Text "a calendar" ["text/calendar"] ["ics" "ical" "ifb"];
    Subtitles "subtitles" Text "subtitles" ["text/vtt" "application/x-subrip" "text/srt" "text/plain"] ["vtt" "srt" "txt"];
    Email "email" Text "a mail message" ["message/rfc822"] ["eml"];
    Pem "pem" Text "a certificate or key in text form" ["application/x-pem-file" "application/x-x509-ca-cert" "application/pkix-cert"] ["pem" "crt" "cer" "key" "csr" "asc"];
    Zip "zip" Archive "a ZIP archive" ["application/zip" "application/x-zip-compressed" "application/x-zip" "application/vnd.google-earth.kmz" "application/vnd.comicbook+zip" "application/x-cbz"] ["zip" "cbz" "kmz"];
    Tar "tar" Archive "a TAR archive" ["application/x-tar"] ["tar"];
    Gzip "gzip" Archive "a GZIP file" ["application/gzip" "application/x-gzip" "application/x-compressed-tar"] ["gz" "tgz"];
    Bzip2 "bzip2" Archive "a BZIP2 file" ["application/x-bzip2" "application/x-bzip" "application/bzip2"] ["bz2" "tbz2" "tbz"];
    Xz "xz" Archive "an XZ file" ["application/x-xz"] ["xz" "txz"];
    Zstd "zstd" Archive "a Zstandard file" ["application/zstd" "application/x-zstd"] ["zst" "tzst"];
    Lz4 "lz4" Archive "an LZ4 file" ["application/x-lz4"] ["lz4"];
    Lzip "lzip" Archive "an LZIP file" ["application/x-lzip" "application/lzip"] ["lz"];
    SevenZip "7z" Archive "a 7-Zip archive" ["application/x-7z-compressed"] ["7z"];
    Rar "rar" Archive "a RAR archive" ["application/vnd.rar" "application/x-rar-compressed" "application/x-rar"] ["rar" "cbr"];
    Cab "cab" Archive "a cabinet" ["application/vnd.ms-cab-compressed"] ["cab"];
    Iso "iso" Archive "a disc image" ["application/x-iso9660-image" "application/vnd.efi.iso"] ["iso"];
    Ar "ar" Archive "an AR archive" ["application/x-archive"] ["a" "ar"];
    Cpio "cpio" Archive "a CPIO archive" ["application/x-cpio"] ["cpio"];
    Compress "compress" Archive "a file packed by compress" ["application/x-compress"] ["z"];
    Ttf "ttf" Font "a TrueType font" ["font/ttf" "application/x-font-ttf" "application/font-sfnt" "font/sfnt"] ["ttf"];
    Otf "otf" Font "an OpenType font" ["font/otf" "application/x-font-otf" "application/font-sfnt" "application/vnd.ms-opentype" "font/sfnt"] ["otf"];
    Ttc "ttc" Font "a collection of fonts" ["font/collection"] ["ttc" "otc"];
    Woff "woff" Font "a WOFF font" ["font/woff" "application/font-woff" "application/x-font-woff"] ["woff"];
    Woff2 "woff2" Font "a WOFF2 font" ["font/woff2" "application/font-woff2"] ["woff2"];
    Sqlite "sqlite" Data "an SQLite database" ["application/vnd.sqlite3" "application/x-sqlite3"] ["sqlite" "sqlite3" "db" "gpkg" "mbtiles"];
    Parquet "parquet" Data "a Parquet table" ["application/vnd.apache.parquet"] ["parquet"];
    Hdf5 "hdf5" Data "an HDF5 file" ["application/x-hdf5" "application/x-hdf"] ["h5" "hdf5" "nc"];
    Npy "npy" Data "a NumPy array" ["application/x-npy"] ["npy"];
    Svg "svg" Active "an SVG drawing" ["image/svg+xml"] ["svg"];
    Html "html" Active "a web page" ["text/html" "application/xhtml+xml"] ["html" "htm" "xhtml" "xht" "shtml" "mhtml"];
    Xml "xml" Active "XML" ["application/xml" "text/xml" "application/rss+xml" "application/atom+xml" "application/gpx+xml" "application/vnd.google-earth.kml+xml" "application/xslt+xml"] ["xml" "xsl" "xslt" "rss" "atom" "gpx" "kml" "xsd" "plist" "wsdl" "rdf" "gml"];
    Mhtml "mhtml" Active "a saved web page" ["multipart/related" "message/rfc822"] ["mhtml" "mht"];
    Php "php" Active "a PHP program" ["application/x-httpd-php" "text/x-php"] ["php" "phtml"];
    Script "script" Active "a program for an interpreter" ["text/x-shellscript" "application/x-sh" "text/x-python"] ["sh" "py" "pl" "rb"];
    JavaScript "javascript" Active "a JavaScript program" ["text/javascript" "application/javascript"] ["js" "mjs"];
    ServerPage "server-page" Active "a page a server runs" ["application/x-jsp" "text/asp"] ["asp" "aspx" "jsp"];
    Swf "swf" Active "a Flash film" ["application/x-shockwave-flash"] ["swf"];
    PostScript "postscript" Active "a PostScript program" ["application/postscript"] ["ps" "eps" "ai"];
    Wmf "wmf" Active "a Windows metafile" ["image/wmf" "image/emf" "image/x-wmf"] ["wmf" "emf"];
    Eot "eot" Active "an embedded OpenType font" ["application/vnd.ms-fontobject"] ["eot"];
    Pickle "pickle" Active "a Python pickle" ["application/octet-stream"] ["pkl" "pickle"];
    Bytecode "pyc" Active "Python bytecode" ["application/x-python-code"] ["pyc"];
    Wasm "wasm" Active "a WebAssembly module" ["application/wasm"] ["wasm"];
    Jar "jar" Executable "a Java archive" ["application/java-archive"] ["jar" "war" "ear"];
    Apk "apk" Executable "an Android package" ["application/vnd.android.package-archive"] ["apk" "aab"];
    Extension "browser-extension" Executable "a browser extension" ["application/x-xpinstall" "application/x-chrome-extension"] ["xpi" "crx"];
    Wheel "wheel" Executable "a Python package" ["application/zip"] ["whl" "egg"];
    Class "class" Executable "a Java class" ["application/java-vm"] ["class"];
    Dex "dex" Executable "Android bytecode" ["application/vnd.android.dex"] ["dex"];
    Elf "elf" Executable "a Unix program" ["application/x-executable"] ["elf" "so"];
    Pe "pe" Executable "a Windows program" ["application/vnd.microsoft.portable-executable"] ["exe" "dll"];
    MachO "macho" Executable "a macOS program" ["application/x-mach-binary"] ["dylib"];
    Shortcut "lnk" Executable "a Windows shortcut" ["application/x-ms-shortcut"] ["lnk"];
    Msi "msi" Executable "a Windows installer" ["application/x-msi"] ["msi"];
    Deb "deb" Executable "a Debian package" ["application/vnd.debian.binary-package"] ["deb"];
    Rpm "rpm" Executable "an RPM package" ["application/x-rpm"] ["rpm"];
    Chm "chm" Executable "a Windows help file" ["application/vnd.ms-htmlhelp"] ["chm"];
    OneNote "onenote" Active "a OneNote section" ["application/onenote"] ["one"];
    Empty "empty" Unknown "an empty file" [] [];
    Unknown "unknown" Unknown "a file of no known kind" [] [];
}

impl Kind {
    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Kind> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// The media type to serve it with.
    pub fn media_type(self) -> &'static str {
        self.media_types().first().copied().unwrap_or("application/octet-stream")
    }
}
