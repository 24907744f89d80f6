/**
 * The door of the library: open a model, predict, evaluate, export.
 *
 * <pre>{@code
 * try (DovetailModel model = Dovetail.load(Path.of("model.onnx"))) {
 *   Detections found = model.predict(Path.of("photo.jpg")).detections();
 * }
 * }</pre>
 */
@NullMarked
package dev.dovetail;

import org.jspecify.annotations.NullMarked;
