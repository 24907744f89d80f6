package dev.dovetail.spark;

import dev.dovetail.DovetailModel;
import java.io.IOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open models of this process. All tasks of an executor with the same options share one model
 * with its weights and plans. It stays open for later tasks. Opening another model closes the
 * models that no task uses.
 */
final class OpenModels {

  private static final Logger LOG = LoggerFactory.getLogger(OpenModels.class);

  private static final Map<ModelOptions, Shared> OPEN = new HashMap<>();

  private OpenModels() {}

  /** An open model. The lock of the class guards the number of its users. */
  private static final class Shared {
    private final DovetailModel model;
    private int users;

    Shared(DovetailModel model) {
      this.model = model;
    }
  }

  /** A model in use. It stays open until the lease is closed. */
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
   * Leases the model with these options, and opens it if necessary.
   *
   * @throws IOException if a file cannot be read, or the weights do not match the model
   * @throws IllegalArgumentException if the model does not exist, or its config is not valid
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
