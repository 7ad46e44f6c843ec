/** The lean scorer: rows in, predictions out. */
@SuppressWarnings("requires-automatic") // ONNX Runtime has a module name and no more.
module dev.amulet.runtime {
  requires transitive dev.amulet.format;
  requires com.microsoft.onnxruntime;
  requires de.siegmar.fastcsv;
  requires java.desktop;
  requires static jdk.jfr;
  requires static org.jspecify;

  exports dev.amulet.runtime;
  exports dev.amulet.runtime.csv;
  exports dev.amulet.runtime.text;
}
