package org.example.library;

import dev.dovetail.Dovetail;
import dev.dovetail.DovetailModel;
import dev.dovetail.formats.Detections;
import java.io.IOException;
import java.nio.file.Path;

/** Prints the objects in one image. */
public final class OneImage {

  private OneImage() {}

  /**
   * @param args an exported {@code .onnx} file or a Hugging Face directory, and an image
   */
  public static void main(String[] args) throws IOException {
    try (DovetailModel model = Dovetail.load(Path.of(args[0]))) {
      Detections found = model.predict(Path.of(args[1])).detections();
      for (int i = 0; i < found.count(); i++) {
        int label = found.labels()[i];
        String name = label < model.classes().size() ? model.classes().get(label) : "class " + label;
        float x = found.boxes()[4 * i];
        float y = found.boxes()[4 * i + 1];
        System.out.printf("%s %.2f at %.0f, %.0f%n", name, found.scores()[i], x, y);
      }
    }
  }
}
