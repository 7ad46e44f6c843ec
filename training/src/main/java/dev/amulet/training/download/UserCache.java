package dev.amulet.training.download;

import java.nio.file.Path;

/** Where what can be had again is kept from run to run. */
public final class UserCache {
  private UserCache() {}

  /** A folder of the user's cache: of $AMULET_CACHE, else amulet in $XDG_CACHE_HOME or ~/.cache. */
  public static Path folder(String name) {
    String own = System.getenv("AMULET_CACHE");
    if (own != null && !own.isEmpty()) {
      return Path.of(own, name);
    }
    String caches = System.getenv("XDG_CACHE_HOME");
    Path base =
        caches == null || caches.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(caches);
    return base.resolve("amulet").resolve(name);
  }
}
