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
  void theThreadsGiveWhatOneThreadGives() throws Exception {
    List<Path> images = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      Path file = folder.resolve(i + ".png");
      images.add(TinyModel.picture(file, i, i % 2 == 0 ? 40 : 60, 50));
    }
    try (DovetailModel model = TinyModel.write(folder).open()) {
      List<Detections> found = ThreadPool.detect(model, images);
      assertEquals(images.size(), found.size());
      for (int i = 0; i < found.size(); i++) {
        Detections alone = model.predict(images.get(i)).detections();
        assertArrayEquals(alone.boxes(), found.get(i).boxes());
        assertArrayEquals(alone.scores(), found.get(i).scores());
        assertArrayEquals(alone.labels(), found.get(i).labels());
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
