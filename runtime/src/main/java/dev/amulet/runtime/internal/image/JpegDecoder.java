package dev.amulet.runtime.internal.image;

import dev.amulet.runtime.internal.image.ImageDecoder.Decoded;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import org.jspecify.annotations.Nullable;

/**
 * Decodes JPEG with the JDK's own reader, as raw samples: colour conversion is done here, with
 * libjpeg's tables and rules and Pillow's CMYK, because the JDK's depends on profiles and guesses.
 */
final class JpegDecoder {
  private @Nullable ImageReader reader;

  Decoded decode(byte[] file, Limits limits) throws ImageException {
    JpegStructure structure = JpegStructure.read(file, limits);
    byte[] samples = samples(structure, file, limits);
    Pixels pixels = new Pixels(structure.width(), structure.height(), rgb(structure, samples));
    return new Decoded(pixels, structure.orientation());
  }

  /** One byte per sample and pixel as stored, {@code [height,width,components]}. */
  byte[] samples(JpegStructure structure, byte[] file, Limits limits) throws ImageException {
    ImageReader jpeg = reader == null ? jdkReader() : reader;
    // After a fault the native state is not trusted: a new reader is made for the next file.
    reader = null;
    JpegStream stream = new JpegStream(structure, file, limits);
    boolean done = false;
    try {
      jpeg.setInput(stream, true, true);
      Raster raster = jpeg.readRaster(0, null);
      boolean expected =
          raster.getWidth() == structure.width()
              && raster.getHeight() == structure.height()
              && raster.getNumBands() == structure.components();
      if (!expected) {
        throw limits.corrupt("has other samples than its frame header says");
      }
      jpeg.setInput(null);
      done = true;
      return ((DataBufferByte) raster.getDataBuffer()).getData();
    } catch (IOException | RuntimeException e) {
      ImageException stopped = stream.stopped();
      if (stopped != null) {
        throw stopped;
      }
      throw new ImageException(
          ImageException.Reason.CORRUPT, "JPEG cannot be decoded: " + e.getMessage(), e);
    } finally {
      if (done) {
        reader = jpeg;
      } else {
        jpeg.dispose();
      }
    }
  }

  /** The reader of the JDK itself, whatever else is registered. */
  private static ImageReader jdkReader() throws ImageException {
    Iterator<ImageReaderSpi> providers =
        IIORegistry.getDefaultInstance()
            .getServiceProviders(
                ImageReaderSpi.class,
                spi -> {
                  ImageReaderSpi candidate = (ImageReaderSpi) spi;
                  return "java.desktop".equals(candidate.getClass().getModule().getName())
                      && Arrays.asList(candidate.getFormatNames()).contains("jpeg");
                },
                false);
    if (!providers.hasNext()) {
      throw new ImageException(
          ImageException.Reason.UNSUPPORTED,
          "this Java runtime has no JPEG reader; use one with the module java.desktop");
    }
    try {
      return providers.next().createReaderInstance();
    } catch (IOException e) {
      throw new ImageException(
          ImageException.Reason.UNSUPPORTED, "the JPEG reader cannot be started: " + e, e);
    }
  }

  private static byte[] rgb(JpegStructure structure, byte[] samples) {
    boolean converted = structure.luminanceChrominance();
    return switch (structure.components()) {
      case 1 -> JpegColor.grey(samples);
      case 3 -> {
        if (converted) {
          JpegColor.yccToRgb(samples, 3);
        }
        yield samples;
      }
      default -> {
        if (converted) {
          JpegColor.yccToRgb(samples, 4);
        }
        yield JpegColor.cmyk(samples, converted);
      }
    };
  }
}
