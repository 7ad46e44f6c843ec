package dev.amulet.training.data;

import dev.amulet.training.ProgressListener;
import dev.amulet.training.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The images of one table, wherever its cells say they are: below its folder or in its archive, in
 * an archive that cells name ({@code photos.zip!/front/1.jpg}), at addresses, or below a folder
 * beside the table that nearly all cells of a column start with ({@code ../photos/1.jpg}).
 */
final class TableImages implements ImageCollection {
  private static final double COLUMN_SHARE = 0.8;

  private final ImageCollection home;
  private final Path root;
  private final @Nullable RemoteImages remote;
  private final ProgressListener progress;
  private final List<FolderImages> outer = new ArrayList<>();
  private final Map<Path, Optional<ArchiveImages>> archives = new HashMap<>();

  private TableImages(
      ImageCollection home, Path root, @Nullable RemoteImages remote, ProgressListener progress) {
    this.home = home;
    this.root = root;
    this.remote = remote;
    this.progress = progress;
  }

  /**
   * Images of a table whose relative cells start from a folder.
   *
   * @param remote images at addresses, or null to leave those alone
   */
  static TableImages below(Path root, @Nullable RemoteImages remote, ProgressListener progress) {
    FolderImages home = new FolderImages(root);
    return new TableImages(home, home.root(), remote, progress);
  }

  /** Images of a table at an address, whose relative cells start from there. */
  static TableImages at(String address, RemoteImages remote, ProgressListener progress) {
    return new TableImages(new AddressImages(address, remote), Path.of(""), remote, progress);
  }

  /** Images of a table that lies in an archive. */
  static TableImages in(
      ArchiveImages archive, @Nullable RemoteImages remote, ProgressListener progress) {
    return new TableImages(archive, archive.archive().file(), remote, progress);
  }

  /** The folder or archive that relative cells start from. */
  Path root() {
    return root;
  }

  /** The archive that the table lies in, if it does. */
  Optional<ArchiveImages> archive() {
    return home instanceof ArchiveImages archive ? Optional.of(archive) : Optional.empty();
  }

  /**
   * Lets cells of one column lead out of the table's folder when nearly all of them do: then that
   * is how the table was made. A lone cell that does is not followed.
   *
   * @return the folder that they share, if so
   */
  Optional<Path> widen(Collection<String> cells) {
    if (!(home instanceof FolderImages)) {
      return Optional.empty();
    }
    Path common = null;
    int outside = 0;
    for (String cell : cells) {
      Path file = leadsOut(cell);
      Path folder = file == null ? null : file.getParent();
      if (folder != null) {
        outside++;
        common = common == null ? folder : shared(common, folder);
      }
    }
    if (outside == 0 || outside < COLUMN_SHARE * cells.size() || common == null) {
      return Optional.empty();
    }
    if (common.getNameCount() == 0 || !Files.isDirectory(common)) {
      return Optional.empty();
    }
    outer.add(new FolderImages(common));
    return Optional.of(common);
  }

  private @Nullable Path leadsOut(String cell) {
    String path = cell.replace('\\', '/');
    int inside = path.indexOf(Archive.INSIDE);
    if (!path.startsWith("../") && !path.startsWith("/")) {
      return null;
    }
    try {
      Path file = root.resolve(inside > 0 ? path.substring(0, inside) : path).normalize();
      return file.startsWith(root) ? null : file;
    } catch (InvalidPathException e) {
      return null;
    }
  }

  private static Path shared(Path a, Path b) {
    Path common = a;
    while (!b.startsWith(common)) {
      Path parent = common.getParent();
      if (parent == null) {
        return common;
      }
      common = parent;
    }
    return common;
  }

  /** Where one cell is to be looked up, and under which words. */
  private record Place(ImageCollection images, String cell, String prefix) {}

  private Place place(String cell) {
    if (InlineImages.holds(cell)) {
      return new Place(new InlineImages(), cell, "");
    }
    if (remote != null && FileNames.isUrl(cell)) {
      return new Place(remote, cell, "");
    }
    String path = cell.replace('\\', '/');
    int inside = path.indexOf(Archive.INSIDE);
    if (inside > 0 && Archive.isArchive(path.substring(0, inside))) {
      String archive = path.substring(0, inside);
      Optional<ArchiveImages> opened = archive(archive);
      if (opened.isPresent()) {
        String prefix = archive + Archive.INSIDE;
        return new Place(opened.get(), path.substring(prefix.length()), prefix);
      }
    }
    for (FolderImages folder : outer) {
      Path file = leadsOut(path);
      if (file != null && file.startsWith(folder.root())) {
        String rest = folder.root().relativize(file).toString();
        return new Place(folder, rest, start(folder) + "/");
      }
    }
    return new Place(home, cell, "");
  }

  /** As cells write it: an absolute folder that is not beside the root stays absolute. */
  private String start(FolderImages folder) {
    return root.relativize(folder.root()).toString().replace('\\', '/');
  }

  private Optional<ArchiveImages> archive(String path) {
    Path file;
    try {
      file = root.resolve(path).normalize();
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
    boolean known =
        file.startsWith(root) || outer.stream().anyMatch(folder -> file.startsWith(folder.root()));
    if (!known || !Files.isRegularFile(file)) {
      return Optional.empty();
    }
    synchronized (archives) {
      return archives.computeIfAbsent(
          file,
          key -> {
            try {
              return Optional.of(new ArchiveImages(Archive.open(key, progress), ""));
            } catch (IOException e) {
              throw new TrainingException(key + ": cannot be read (" + e + ")", e);
            }
          });
    }
  }

  /** The references of a cell that the profiler rewrote: one, or several images. */
  List<String> parts(String cell) {
    boolean one = !cell.contains(ImageSurvey.SEPARATOR) || find(cell).isPresent();
    return one
        ? List.of(cell)
        : Arrays.stream(cell.split(ImageSurvey.SEPARATOR)).map(String::strip).toList();
  }

  /** How a table in another folder would write this cell. */
  String from(Path folder, String cell) {
    return parts(cell).stream()
        .map(reference -> fromOne(folder, reference))
        .collect(Collectors.joining(ImageSurvey.SEPARATOR));
  }

  private String fromOne(Path folder, String reference) {
    if (FileNames.isUrl(reference) || InlineImages.holds(reference)) {
      return reference;
    }
    String path =
        archive().isPresent() ? root.toAbsolutePath() + Archive.INSIDE + reference : reference;
    try {
      Path file = root.toAbsolutePath().resolve(path).normalize();
      return folder.relativize(file).toString().replace('\\', '/');
    } catch (InvalidPathException e) {
      return reference;
    }
  }

  @Override
  public Optional<String> find(String cell) {
    Place place = place(cell);
    return place.images.find(place.cell).map(found -> place.prefix + found);
  }

  @Override
  public Optional<ImageHeader> header(String reference) {
    Place place = place(reference);
    return place.images.header(place.cell);
  }

  @Override
  public byte[] read(String reference, long maxBytes) throws IOException {
    Place place = place(reference);
    return place.images.read(place.cell, maxBytes);
  }

  @Override
  public String place() {
    return home.place();
  }

  @Override
  public String advice(String cell) {
    return place(cell).images.advice(cell);
  }

  @Override
  public void prepare(Collection<String> cells) {
    if (remote == null) {
      return;
    }
    home.prepare(cells.stream().filter(cell -> !FileNames.isUrl(cell)).toList());
    TreeSet<String> addresses = new TreeSet<>();
    for (String cell : cells) {
      if (FileNames.isUrl(cell)) {
        addresses.add(cell);
      }
    }
    if (!addresses.isEmpty()) {
      remote.prepare(addresses);
    }
  }
}
