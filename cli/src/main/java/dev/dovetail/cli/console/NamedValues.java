package dev.dovetail.cli.console;

import dev.dovetail.files.DidYouMean;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The values of an option, by name: converts a name, in upper or lower case, and lists all names
 * for the help and for completion. picocli creates an instance of each subclass.
 *
 * @param <T> the type of the values
 */
public abstract class NamedValues<T> implements ITypeConverter<T>, Iterable<String> {

  private final String kind;
  private final Supplier<List<T>> values;
  private final Function<T, String> name;

  /**
   * Creates a converter.
   *
   * @param kind what a value is, for error messages, such as {@code format}
   * @param values returns the supported values
   * @param name returns the name of a value
   */
  protected NamedValues(String kind, Supplier<List<T>> values, Function<T, String> name) {
    this.kind = kind;
    this.values = values;
    this.name = name;
  }

  @Override
  public T convert(String text) {
    return values.get().stream()
        .filter(value -> name.apply(value).equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'"
                        + text
                        + "' is not a supported "
                        + kind
                        + DidYouMean.near(text, names())
                        + "; expected one of "
                        + String.join(", ", names())));
  }

  @Override
  public Iterator<String> iterator() {
    return names().iterator();
  }

  private List<String> names() {
    return values.get().stream().map(name).toList();
  }
}
