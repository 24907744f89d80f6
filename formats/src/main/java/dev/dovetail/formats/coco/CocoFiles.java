package dev.dovetail.formats.coco;

import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.Warnings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A ground truth and a list of results, the inputs of an evaluation. */
public record CocoFiles(CocoDataset truth, CocoResults results) {

  /**
   * Reads both files at the same time.
   *
   * @param truth the ground truth
   * @param results the detections
   * @param warnings collects anomalies
   * @return both
   * @throws FormatException for the reasons of {@link CocoDataset#read} and {@link
   *     CocoResults#read}; if both fail, that of the ground truth
   */
  public static CocoFiles read(Path truth, Path results, Warnings warnings) throws IOException {
    CompletableFuture<CocoDataset> reading =
        CompletableFuture.supplyAsync(() -> readTruth(truth, warnings));
    try {
      CocoResults read = CocoResults.read(results, warnings);
      return new CocoFiles(await(reading), read);
    } catch (IOException e) {
      await(reading);
      throw e;
    }
  }

  private static CocoDataset readTruth(Path file, Warnings warnings) {
    try {
      return CocoDataset.read(file, warnings);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static CocoDataset await(CompletableFuture<CocoDataset> reading) throws IOException {
    try {
      return reading.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof UncheckedIOException unchecked) {
        throw unchecked.getCause();
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e;
    }
  }
}
