package dev.amulet.runtime.internal.image;

import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/** Readers of the JDK itself, whatever else is registered with ImageIO. */
final class JdkReaders {
  private JdkReaders() {}

  /** A new reader; {@code format} is a name such as {@code jpeg}. */
  static ImageReader of(String format) throws ImageException {
    Iterator<ImageReaderSpi> providers =
        IIORegistry.getDefaultInstance()
            .getServiceProviders(
                ImageReaderSpi.class,
                spi -> {
                  ImageReaderSpi candidate = (ImageReaderSpi) spi;
                  return "java.desktop".equals(candidate.getClass().getModule().getName())
                      && Arrays.asList(candidate.getFormatNames()).contains(format);
                },
                false);
    if (!providers.hasNext()) {
      throw new ImageException(
          ImageException.Reason.UNSUPPORTED,
          "this Java runtime has no " + format + " reader; use one with the module java.desktop");
    }
    try {
      return providers.next().createReaderInstance();
    } catch (IOException e) {
      throw new ImageException(
          ImageException.Reason.UNSUPPORTED,
          "the " + format + " reader cannot be started: " + e,
          e);
    }
  }
}
