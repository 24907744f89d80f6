/**
 * The public API: open a model, predict, evaluate, export and train.
 *
 * <pre>{@code
 * try (DovetailModel model = Dovetail.load(Path.of("model.onnx"))) {
 *   Detections detections = model.predict(Path.of("photo.jpg")).detections();
 * }
 * }</pre>
 */
@NullMarked
package dev.dovetail;

import org.jspecify.annotations.NullMarked;
