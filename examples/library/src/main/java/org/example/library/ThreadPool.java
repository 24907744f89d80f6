package org.example.library;

import dev.dovetail.DovetailModel;
import dev.dovetail.formats.Detections;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Runs one model on eight threads. Open it with one thread per operator ({@code
 * Dovetail.model(name).threads(1)}), so that the threads do not compete for the cores.
 */
public final class ThreadPool {

  private static final int THREADS = 8;

  private ThreadPool() {}

  /**
   * Returns the objects of each image in the order of the images.
   *
   * @throws IOException if an image cannot be read
   */
  public static List<Detections> detect(DovetailModel model, List<Path> images)
      throws IOException, InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<Detections>> running = new ArrayList<>();
      for (Path image : images) {
        running.add(pool.submit(() -> model.predict(image).detections()));
      }
      List<Detections> detections = new ArrayList<>();
      for (Future<Detections> future : running) {
        detections.add(future.get());
      }
      return detections;
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }
}
