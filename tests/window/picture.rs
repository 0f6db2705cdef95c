//! Pictures of the screen, read from Xvfb's own memory. WebDriver's screenshot waits for ever where WebKit
//! draws without OpenGL, and it would not show what a hung page last showed.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};

/// The file that `Xvfb -fbdir` keeps the first screen in, in the format of `xwd`.
pub fn file(folder: &Path) -> PathBuf {
    folder.join("Xvfb_screen0")
}

/// The upper left part of a screen, 3 bytes a pixel.
#[derive(PartialEq, Eq)]
pub struct Picture {
    width: u32,
    height: u32,
    rgb: Vec<u8>,
}

impl Picture {
    /// Reads a screen; the part is no larger than the screen is.
    pub fn read(screen: &Path, (width, height): (u32, u32)) -> anyhow::Result<Self> {
        let bytes = fs::read(screen)?;
        // The header of X11/XWDFile.h: big-endian numbers.
        let field = |index: usize| {
            let field = bytes.get(4 * index..4 * index + 4).context("a cut header")?;
            anyhow::Ok(u32::from_be_bytes(field.try_into()?) as usize)
        };
        let (across, down, little_endian) = (field(4)?, field(5)?, field(7)? == 0);
        let (bits, line, colours) = (field(11)?, field(12)?, field(19)?);
        ensure!(
            little_endian && bits == 32,
            "not the format of a 24-bit Xvfb on this kind of machine"
        );
        let (width, height) = (width.min(across as u32), height.min(down as u32));
        let pixels = bytes.get(field(0)? + 12 * colours..).context("no pixels")?;
        let mut rgb = Vec::with_capacity(3 * width as usize * height as usize);
        for row in pixels.chunks_exact(line).take(height as usize) {
            for pixel in row.chunks_exact(4).take(width as usize) {
                rgb.extend([pixel[2], pixel[1], pixel[0]]);
            }
        }
        Ok(Self { width, height, rgb })
    }

    /// Whether there is anything to see.
    pub fn is_blank(&self) -> bool {
        self.rgb.chunks_exact(3).all(|pixel| pixel == &self.rgb[..3])
    }

    /// How much of it is of a kind, from 0 to 1.
    pub fn share(&self, kind: impl Fn([u8; 3]) -> bool) -> f64 {
        let pixels = self.rgb.as_chunks::<3>().0;
        let of_kind = pixels.iter().filter(|pixel| kind(**pixel)).count();
        of_kind as f64 / pixels.len() as f64
    }

    pub fn write_png(&self, path: &Path) -> anyhow::Result<()> {
        let mut png = png::Encoder::new(fs::File::create(path)?, self.width, self.height);
        png.set_color(png::ColorType::Rgb);
        png.set_depth(png::BitDepth::Eight);
        png.set_compression(png::Compression::High);
        png.write_header()?.write_image_data(&self.rgb)?;
        Ok(())
    }
}
