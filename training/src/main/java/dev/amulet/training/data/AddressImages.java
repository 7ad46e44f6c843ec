package dev.amulet.training.data;

import java.io.IOException;
import java.net.URI;
import java.util.Collection;
import java.util.Optional;

/** Images whose paths start from the address of the table that names them. */
final class AddressImages implements ImageCollection {
  private final URI table;
  private final RemoteImages remote;

  /**
   * @param table http or https address of the table
   */
  AddressImages(String table, RemoteImages remote) {
    this.table = URI.create(table);
    this.remote = remote;
  }

  /** The address a cell means; a cell without the ending of an image is none and not asked for. */
  private Optional<String> address(String cell) {
    if (!FileNames.looksLikeImage(cell)) {
      return Optional.empty();
    }
    try {
      // The constructor with several arguments escapes what is no address, such as spaces.
      String path = new URI(null, null, cell.replace('\\', '/'), null).getRawPath();
      return Optional.of(table.resolve(path).toString()).filter(FileNames::isUrl);
    } catch (java.net.URISyntaxException | IllegalArgumentException e) {
      // A cell that makes no address is an image that does not exist.
      return Optional.empty();
    }
  }

  @Override
  public Optional<String> find(String cell) {
    return address(cell).flatMap(remote::find);
  }

  @Override
  public Optional<ImageHeader> header(String reference) {
    return address(reference).flatMap(remote::header);
  }

  @Override
  public byte[] read(String reference, long maxBytes) throws IOException {
    Optional<String> address = address(reference);
    if (address.isEmpty()) {
      throw new IOException("\"" + reference + "\" is no image beside " + table);
    }
    return remote.read(address.get(), maxBytes);
  }

  @Override
  public void prepare(Collection<String> cells) {
    remote.prepare(cells.stream().flatMap(cell -> address(cell).stream()).distinct().toList());
  }

  @Override
  public String place() {
    return "beside " + table;
  }

  @Override
  public String advice(String cell) {
    return address(cell).map(remote::advice).orElse("give addresses, or paths beside the table's");
  }
}
