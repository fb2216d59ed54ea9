package io.muster.bus;

import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.FrameTestData;
import io.muster.schema.frame.Readings;
import io.muster.schema.frame.Section;
import io.vertx.core.buffer.Buffer;
import java.time.InstantSource;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures what a frame of another node with 8 GPUs costs: the envelope, and with it the validation
 * that decodes its sections. Not part of the gate: run {@code main} with the test class path.
 */
public final class FrameCodecBenchmark {
  private static final Logger log = LoggerFactory.getLogger(FrameCodecBenchmark.class);
  private static final int FRAMES = 50_000;

  private FrameCodecBenchmark() {}

  public static void main(String[] arguments) {
    var plain = FrameTestData.readings("gpu-01");
    var readings =
        new Readings(
            Collections.nCopies(8, plain.gpus().get(0)),
            plain.cpus(),
            plain.memory(),
            plain.chassis(),
            List.of(),
            plain.storage());
    var frame =
        EncodedFrame.of(
            FrameTestData.header("gpu-01", 1),
            readings,
            EnumSet.complementOf(EnumSet.of(Section.PROCESS)),
            List.of());
    var codec = new FrameCodec(InstantSource.system());
    var wire = Buffer.buffer();
    codec.encodeToWire(wire, frame);
    for (var round = 0; round < 5; round++) {
      log.info(
          "measured bytes={} encode_us={} decode_and_validate_us={} of_that_sections_us={}",
          wire.length(),
          micros(() -> codec.encodeToWire(Buffer.buffer(wire.length()), frame)),
          micros(() -> codec.decodeFromWire(0, wire)),
          micros(
              () ->
                  new EncodedFrame(frame.header(), frame.sections(), frame.errors())
                      .decodeForwarded()));
    }
  }

  private static double micros(Runnable operation) {
    var started = System.nanoTime();
    for (var count = 0; count < FRAMES; count++) {
      operation.run();
    }
    return (System.nanoTime() - started) / 1e3 / FRAMES;
  }
}
