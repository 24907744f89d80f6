package org.example.library;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.DovetailModel;
import dev.dovetail.formats.Detections;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThreadPoolTest {

  @TempDir private Path folder;

  @Test
  void threadsComputeTheSameAsASingleThread() throws Exception {
    List<Path> images = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      Path file = folder.resolve(i + ".png");
      images.add(TinyModel.picture(file, i, i % 2 == 0 ? 40 : 60, 50));
    }
    try (DovetailModel model = TinyModel.write(folder).open()) {
      List<Detections> detections = ThreadPool.detect(model, images);
      assertEquals(images.size(), detections.size());
      for (int i = 0; i < detections.size(); i++) {
        Detections alone = model.predict(images.get(i)).detections();
        assertArrayEquals(alone.boxes(), detections.get(i).boxes());
        assertArrayEquals(alone.scores(), detections.get(i).scores());
        assertArrayEquals(alone.labels(), detections.get(i).labels());
      }
    }
  }

  @Test
  void anImageThatCannotBeUsedIsNamed() throws IOException {
    Path text = Files.writeString(folder.resolve("note.txt"), "no image");
    try (DovetailModel model = TinyModel.write(folder).open()) {
      String message =
          assertThrows(IOException.class, () -> ThreadPool.detect(model, List.of(text)))
              .getMessage();
      assertTrue(message.contains(text.toString()), message);
    }
  }
}
