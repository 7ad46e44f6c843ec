/** What an amulet is: the file, its manifest and the checks on hostile files. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"}) // protobuf-java has a module name and no more.
module dev.amulet.format {
  requires transitive com.google.protobuf;
  requires static org.jspecify;

  exports dev.amulet.format;
  exports dev.amulet.format.v1;
}
