package dev.dovetail.cli.console;

import dev.dovetail.internal.NamedModel;
import dev.dovetail.models.BuiltInModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.stream.Stream;

/** The names of built-in models and configs, for shell completion. */
public final class ModelNames implements Iterable<String> {

  @Override
  public Iterator<String> iterator() {
    try {
      return Stream.concat(
              BuiltInModel.all().stream().map(BuiltInModel::name),
              NamedModel.configNames().stream())
          .distinct()
          .iterator();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
