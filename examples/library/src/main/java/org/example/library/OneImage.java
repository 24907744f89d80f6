package org.example.library;

import dev.dovetail.Dovetail;
import dev.dovetail.DovetailModel;
import dev.dovetail.formats.Detections;
import java.io.IOException;
import java.nio.file.Path;

/** Prints the objects in an image. */
public final class OneImage {

  private OneImage() {}

  /**
   * @param args an exported {@code .onnx} file or a Hugging Face directory, and an image
   */
  public static void main(String[] args) throws IOException {
    try (DovetailModel model = Dovetail.load(Path.of(args[0]))) {
      Detections detections = model.predict(Path.of(args[1])).detections();
      for (int i = 0; i < detections.count(); i++) {
        int label = detections.labels()[i];
        String name =
            label < model.classes().size() ? model.classes().get(label) : "class " + label;
        float x = detections.boxes()[4 * i];
        float y = detections.boxes()[4 * i + 1];
        System.out.printf("%s %.2f at %.0f, %.0f%n", name, detections.scores()[i], x, y);
      }
    }
  }
}
