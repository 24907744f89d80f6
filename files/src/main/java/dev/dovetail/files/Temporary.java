package dev.dovetail.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Files and folders that are gone when their user is done, or when the program is stopped. */
final class Temporary {

  private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> OPEN.forEach(Temporary::delete)));
  }

  private Temporary() {}

  /** Takes over a file or folder that was just made. */
  static Path add(Path made) {
    OPEN.add(made);
    return made;
  }

  /** Deletes it and all that is in it, as far as it is there. What cannot be deleted stays. */
  static void delete(Path made) {
    OPEN.remove(made);
    if (!Files.exists(made)) {
      return;
    }
    try {
      List<Path> all;
      try (Stream<Path> walk = Files.walk(made)) {
        all = walk.sorted(Comparator.reverseOrder()).toList();
      }
      for (Path path : all) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      // What matters was said already.
    }
  }
}
