package dev.dovetail.spark;

import dev.dovetail.DovetailModel;
import dev.dovetail.Prediction;
import dev.dovetail.PredictionHandler;
import dev.dovetail.images.Image;
import dev.dovetail.images.ImageSource;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;

/**
 * Adds to each row the result for its image, or the reason why it has none. Rows are processed in
 * groups, so that images are decoded ahead and run in batches.
 *
 * @param options the options of the model
 * @param columns the columns of the task's results
 * @param input reads the image of a row
 * @param batch the maximum batch size
 * @param threshold the score below which objects are removed
 */
record PredictRows(
    ModelOptions options, ResultColumns columns, ImageColumn input, int batch, float threshold)
    implements MapPartitionsFunction<Row, Row> {

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    return new Groups(rows, TaskContext.get());
  }

  /**
   * The rows of a partition with their results. The model runs on a separate thread. Meanwhile the
   * task's thread collects the images of the next group and passes on the rows of the previous one.
   */
  private final class Groups implements Iterator<Row> {

    private final ImageGroups groups;
    private final TaskContext task;
    private final ExecutorService runner = TaskThreads.pool(1, "dovetail-model");
    private DovetailModel model;
    private Future<List<Row>> running;
    private Iterator<Row> done = List.<Row>of().iterator();
    private volatile boolean closed;

    Groups(Iterator<Row> rows, TaskContext task) {
      this.task = task;
      this.groups = new ImageGroups(rows, input);
      task.addTaskCompletionListener((TaskCompletionListener) context -> close());
    }

    @Override
    public boolean hasNext() {
      try {
        while (!done.hasNext() && (running != null || groups.hasNext())) {
          Future<List<Row>> current = running == null ? start() : running;
          running = groups.hasNext() ? start() : null;
          done = TaskThreads.get(current).iterator();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e.getMessage(), e);
      }
      return done.hasNext();
    }

    /** Submits the next group, which runs after the previous one. */
    private Future<List<Row>> start() throws IOException {
      Group group = new Group(open(), groups.next());
      return runner.submit(group::run);
    }

    /**
     * Stops the run after the current image, since a task can end before its last row is read. The
     * model's thread is never interrupted, because an interrupt closes the files that other tasks
     * read through the same model.
     */
    private void close() {
      closed = true;
      groups.close();
      runner.shutdown();
    }

    /** Returns the executor's model, which stays open until the end of this task. */
    private DovetailModel open() throws IOException {
      if (model == null) {
        OpenModels.Lease lease = OpenModels.lease(options.here(task));
        task.addTaskCompletionListener((TaskCompletionListener) context -> lease.close());
        if (!lease.model().task().equals(columns.task())) {
          throw new IllegalArgumentException(
              options.model()
                  + " has the task '"
                  + lease.model().task()
                  + "', but the parameter task is '"
                  + columns.task()
                  + "'");
        }
        model = lease.model();
      }
      return model;
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return done.next();
    }

    /** Runs the model on some images. */
    private final class Group implements PredictionHandler {

      private final DovetailModel model;
      private final List<ImageColumn.Found> images;
      private final Row[] results;
      private final String[] errors;

      /** The indices of the images that could be read. */
      private final List<Integer> readable = new ArrayList<>();

      Group(DovetailModel model, List<ImageColumn.Found> images) {
        this.model = model;
        this.images = images;
        this.results = new Row[images.size()];
        this.errors = new String[images.size()];
      }

      List<Row> run() throws IOException {
        List<ImageSource> sources = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
          errors[i] = images.get(i).error();
          if (errors[i] == null) {
            readable.add(i);
            sources.add(images.get(i).source());
          }
        }
        try {
          model.predict(sources, batch, this);
        } catch (InterruptedIOException e) {
          throw e;
        } catch (IOException | RuntimeException e) {
          // One image can end the run of all, for example by values that are not finite.
          for (int i : readable) {
            if (results[i] == null && errors[i] == null) {
              runAlone(i);
            }
          }
        }
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
          rows.add(row(images.get(i).row(), results[i], errors[i]));
        }
        return rows;
      }

      private void runAlone(int i) throws InterruptedIOException {
        try {
          results[i] = result(model.predict(images.get(i).source()));
        } catch (InterruptedIOException e) {
          throw e;
        } catch (IOException | RuntimeException e) {
          errors[i] = message(e);
        }
      }

      private static Row row(Row image, @Nullable Row result, @Nullable String error) {
        Object[] values = new Object[image.size() + 2];
        for (int i = 0; i < image.size(); i++) {
          values[i] = image.get(i);
        }
        values[image.size()] = result;
        values[image.size() + 1] = error;
        return RowFactory.create(values);
      }

      private Row result(Prediction prediction) {
        return columns.row(threshold > 0 ? prediction.above(threshold) : prediction);
      }

      @Override
      public void accept(int index, Image image, Prediction prediction) {
        results[readable.get(index)] = result(prediction);
      }

      @Override
      public void failed(int index, IOException reason) {
        errors[readable.get(index)] = message(reason);
      }

      @Override
      public boolean cancelled() {
        return closed || task.isInterrupted();
      }
    }
  }

  private static String message(Exception e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
