package dev.dovetail.spark;

import dev.dovetail.eval.state.Accumulator;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.api.java.function.ReduceFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.KeyValueGroupedDataset;
import org.apache.spark.sql.Row;
import scala.Tuple2;
import scala.Tuple3;

/**
 * The aggregation of an evaluation. Each result becomes the state of its image: the counts of an
 * accumulator, in a few kilobytes. States are grouped by image, so that equal results for an image
 * count once, and different results for an image are an error. The states of each partition are
 * then added and sent to the driver, which adds the sums. The total is the same to the last bit in
 * any order.
 *
 * <p>If a result is invalid, a message takes the place of its state. The driver throws an exception
 * with this message.
 */
final class ImageStates {

  /** The column of paths. */
  static final String PATH = "_path";

  /** The index of results without an image in the ground truth. */
  private static final int UNLISTED = -1;

  private static final String VALID = "";

  private static final Encoder<Tuple3<Integer, byte[], String>> STATE =
      Encoders.tuple(Encoders.INT(), Encoders.BINARY(), Encoders.STRING());

  private static final Encoder<Tuple3<byte[], byte[], String>> SUM =
      Encoders.tuple(Encoders.BINARY(), Encoders.BINARY(), Encoders.STRING());

  private ImageStates() {}

  /**
   * The total of a set.
   *
   * @param images the indices of the images with a result
   */
  record Total<A extends Accumulator>(BitSet images, A accumulator) {}

  /**
   * Adds up all results.
   *
   * @param results rows with a path and the columns of the results, with arrays of primitives
   * @throws IllegalArgumentException if a result does not match the ground truth
   */
  static <A extends Accumulator> Total<A> total(
      Dataset<Row> results, Broadcast<TruthSource> source, Truth<A, ?> truth) {
    KeyValueGroupedDataset<Integer, Tuple3<Integer, byte[], String>> byImage =
        results
            .mapPartitions(
                (MapPartitionsFunction<Row, Tuple3<Integer, byte[], String>>)
                    rows -> states(rows, source.value().truth()),
                STATE)
            .groupByKey(
                (MapFunction<Tuple3<Integer, byte[], String>, Integer>) Tuple3::_1, Encoders.INT());
    List<Tuple3<byte[], byte[], String>> sums =
        byImage
            .reduceGroups(
                (ReduceFunction<Tuple3<Integer, byte[], String>>)
                    (a, b) -> same(a, b, source.value().truth().images()))
            .mapPartitions(
                (MapPartitionsFunction<
                        Tuple2<Integer, Tuple3<Integer, byte[], String>>,
                        Tuple3<byte[], byte[], String>>)
                    states -> sum(states, source.value().truth()),
                SUM)
            .collectAsList();
    Total<A> total = new Total<>(new BitSet(), truth.empty());
    for (Tuple3<byte[], byte[], String> sum : sums) {
      if (!sum._3().equals(VALID)) {
        throw new IllegalArgumentException(sum._3());
      }
      total.images().or(BitSet.valueOf(sum._1()));
      add(sum._2(), total.accumulator());
    }
    return total;
  }

  private static <A extends Accumulator> Iterator<Tuple3<Integer, byte[], String>> states(
      Iterator<Row> rows, Truth<A, ?> truth) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Tuple3<Integer, byte[], String> next() {
        return state(rows.next(), truth);
      }
    };
  }

  private static <A extends Accumulator> Tuple3<Integer, byte[], String> state(
      Row row, Truth<A, ?> truth) {
    String path = row.getAs(PATH);
    int image = truth.find(path);
    if (image < 0) {
      return new Tuple3<>(
          UNLISTED,
          new byte[0],
          path + " is not an image of the ground truth; remove its row before the evaluation");
    }
    A state = truth.empty();
    try {
      truth.accumulate(state, image, path, row);
      return new Tuple3<>(image, bytes(state), VALID);
    } catch (IOException | IllegalArgumentException e) {
      return new Tuple3<>(image, new byte[0], String.valueOf(e.getMessage()));
    }
  }

  /**
   * Merges two states of an image. If they are equal, returns one of them. If they differ, returns
   * a message. If one of them is a message, returns it; of two messages, the first in alphabetical
   * order.
   */
  private static Tuple3<Integer, byte[], String> same(
      Tuple3<Integer, byte[], String> a, Tuple3<Integer, byte[], String> b, ImageNames images) {
    if (a._3().equals(VALID) && b._3().equals(VALID)) {
      return Arrays.equals(a._2(), b._2())
          ? a
          : new Tuple3<>(
              a._1(),
              new byte[0],
              "the image "
                  + images.name(a._1())
                  + " has two different results; remove one of them before the evaluation");
    }
    if (a._3().equals(VALID) || b._3().equals(VALID)) {
      return a._3().equals(VALID) ? b : a;
    }
    return a._3().compareTo(b._3()) <= 0 ? a : b;
  }

  private static <A extends Accumulator> Iterator<Tuple3<byte[], byte[], String>> sum(
      Iterator<Tuple2<Integer, Tuple3<Integer, byte[], String>>> states, Truth<A, ?> truth)
      throws IOException {
    A sum = truth.empty();
    BitSet images = new BitSet();
    List<String> problems = new ArrayList<>();
    while (states.hasNext()) {
      Tuple3<Integer, byte[], String> state = states.next()._2();
      if (state._3().equals(VALID)) {
        images.set(state._1());
        add(state._2(), sum);
      } else {
        problems.add(state._3());
      }
    }
    if (!problems.isEmpty()) {
      problems.sort(null);
      return List.of(new Tuple3<>(new byte[0], new byte[0], problems.get(0))).iterator();
    }
    return images.isEmpty()
        ? List.<Tuple3<byte[], byte[], String>>of().iterator()
        : List.of(new Tuple3<>(images.toByteArray(), bytes(sum), VALID)).iterator();
  }

  private static byte[] bytes(Accumulator accumulator) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    accumulator.writeTo(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static void add(byte[] state, Accumulator to) {
    try {
      to.addFrom(new DataInputStream(new ByteArrayInputStream(state)));
    } catch (IOException e) {
      throw new IllegalStateException("an accumulator reads what one has written", e);
    }
  }
}
