package dev.dovetail.spark;

import dev.dovetail.DovetailModel;
import java.io.IOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models that are open in this process. All tasks of an executor with the same options share
 * one, with its weights and plans. A model stays open for later tasks until another one is opened
 * while no task uses it.
 */
final class OpenModels {

  private static final Logger LOG = LoggerFactory.getLogger(OpenModels.class);

  private static final Map<ModelOptions, Shared> OPEN = new HashMap<>();

  private OpenModels() {}

  /** An open model; how many use it is guarded by the class. */
  private static final class Shared {
    private final DovetailModel model;
    private int users;

    Shared(DovetailModel model) {
      this.model = model;
    }
  }

  /** A model in use, which stays open until this is closed. */
  static final class Lease implements AutoCloseable {
    private final Shared shared;
    private boolean closed;

    private Lease(Shared shared) {
      this.shared = shared;
    }

    DovetailModel model() {
      return shared.model;
    }

    @Override
    public void close() {
      synchronized (OpenModels.class) {
        shared.users -= closed ? 0 : 1;
        closed = true;
      }
    }
  }

  /**
   * A model of these options, which is opened if it is not open yet.
   *
   * @throws IOException if a file cannot be read, or the weights do not fit
   * @throws IllegalArgumentException if there is no such model, or its config is wrong
   */
  static synchronized Lease lease(ModelOptions options) throws IOException {
    Shared shared = OPEN.get(options);
    if (shared == null) {
      closeUnused();
      long start = System.nanoTime();
      shared = new Shared(options.open());
      OPEN.put(options, shared);
      LOG.info("opened {} in {} ms", options, (System.nanoTime() - start) / 1_000_000);
    }
    shared.users++;
    return new Lease(shared);
  }

  private static void closeUnused() throws IOException {
    for (Iterator<Shared> all = OPEN.values().iterator(); all.hasNext(); ) {
      Shared shared = all.next();
      if (shared.users == 0) {
        all.remove();
        shared.model.close();
      }
    }
  }
}
