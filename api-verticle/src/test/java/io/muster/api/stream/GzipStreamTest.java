package io.muster.api.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.stream.SharedChunk.Framing;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GzipStreamTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void trailer_afterAnyChunks_completesAStreamThatInflatesToThem(long seed) throws IOException {
    var random = new Random(seed);
    var texts = new ArrayList<String>();
    for (int i = 0; i < 20; i++) {
      texts.add(text(random, random.nextInt(4) == 0 ? 0 : random.nextInt(40_000)));
    }

    assertThat(inflate(streamOf(texts))).isEqualTo(String.join("", texts));
  }

  @Test
  void compressed_inAnotherOrderAndTwice_refersToNothingBeforeIt() throws IOException {
    var random = new Random(6);
    var texts = List.of(text(random, 900), text(random, 900), text(random, 900), "x");
    var chunks = new ArrayList<>(texts.stream().map(SharedChunk::compressed).toList());
    chunks.addAll(List.copyOf(chunks));
    Collections.shuffle(chunks, random);
    var expected = new StringBuilder();
    for (var chunk : chunks) {
      expected.append(inflate(stream(List.of(chunk))));
    }

    assertThat(inflate(stream(chunks))).hasToString(expected.toString());
  }

  @Test
  void trailer_ofNothing_isAnEmptyFile() throws IOException {
    assertThat(inflate(stream(List.of()))).isEmpty();
  }

  @Test
  void trailer_withoutOneOfTheChunks_failsTheCheckOfTheClient() {
    var chunks = List.of(SharedChunk.compressed("one"), SharedChunk.compressed("two"));
    var gzip = new GzipStream();
    gzip.add(chunks.get(0));

    assertThatThrownBy(() -> inflate(join(chunks, gzip)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Corrupt GZIP trailer");
  }

  @Test
  void compressed_typicalFrame_isASixthOrLess() {
    var frame =
        SharedChunk.of("event: snapshot\nid: 2026-08-08T12:34:56Z\ndata: " + frame() + "\n\n");

    assertThat(frame.length()).isBetween(11_000, 14_000);
    assertThat(frame.compressed().length()).isLessThan(frame.length() / 6);
  }

  @Test
  void compressed_incompressibleBytes_growSlightly() throws IOException {
    var noise = new byte[100_000];
    new Random(7).nextBytes(noise);
    var chunk = SharedChunk.of(noise).compressed();

    assertThat(chunk.length()).isBetween(noise.length, noise.length + 200);
    var bytes = stream(List.of(chunk));
    try (var gzip = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      assertThat(gzip.readAllBytes()).isEqualTo(noise);
    }
  }

  private static byte[] streamOf(List<String> texts) {
    return stream(texts.stream().map(SharedChunk::compressed).toList());
  }

  private static byte[] stream(List<SharedChunk> chunks) {
    var gzip = new GzipStream();
    chunks.forEach(gzip::add);
    return join(chunks, gzip);
  }

  private static byte[] join(List<SharedChunk> chunks, GzipStream gzip) {
    var stream = new ByteArrayOutputStream();
    stream.writeBytes(body(GzipStream.header()));
    chunks.forEach(chunk -> stream.writeBytes(body(chunk)));
    stream.writeBytes(body(gzip.trailer()));
    return stream.toByteArray();
  }

  private static byte[] body(SharedChunk chunk) {
    var copy = Unpooled.buffer();
    chunk.copyTo(copy, Framing.PLAIN, 0, chunk.length(Framing.PLAIN));
    return ByteBufUtil.getBytes(copy);
  }

  private static String inflate(byte[] stream) throws IOException {
    try (var gzip = new GZIPInputStream(new ByteArrayInputStream(stream))) {
      return new String(gzip.readAllBytes(), UTF_8);
    }
  }

  private static String text(Random random, int length) {
    var text = new StringBuilder(length);
    random.ints(length, 'a', 'f').forEach(letter -> text.append((char) letter));
    return text.toString();
  }

  /** Returns a frame of ten GPUs with different readings. */
  private static String frame() {
    var random = new Random(8);
    var gpus = new ArrayList<String>();
    for (int gpu = 0; gpu < 10; gpu++) {
      gpus.add(gpu(random));
    }
    return "{\"gpus\":[" + String.join(",", gpus) + "],\"hostname\":\"gpu-01\",\"schema\":1}";
  }

  private static String gpu(Random random) {
    return String.format(
        Locale.ROOT,
        """
        {"ane_utilization":0.0,"detail":{"Brand":"Nvidia","CUDA Version":"13.0",\
        "Driver Version":"580.95.05","PCIe Generation":"5","PCIe Width":"x16",\
        "architecture":"Hopper","clock_graphics_max":"1980","clock_memory_max":"3201",\
        "compute_mode":"Default","ecc_mode_current":"Enabled","lib_name":"CUDA",\
        "lib_version":"13.0","mig_mode_current":"0","pcie_gen_max":"5",\
        "pcie_width_max":"16","performance_state":"Zero","power_limit_current":"700.00",\
        "power_limit_default":"700.00","power_limit_max":"700.00","power_limit_min":"200.00",\
        "vbios_version":"96.00.AB.00.01"},"device_type":"GPU","dla_utilization":null,\
        "fan_speed_rpm":null,"frequency":1755,"gpm_metrics":null,"gpu_core_count":null,\
        "gsp_firmware_mode":2,"gsp_firmware_version":"580.95.05","host_id":"gpu-01",\
        "hostname":"gpu-01","instance":"gpu-01","name":"NVIDIA H200","numa_node_id":0,\
        "nvlink_remote_devices":[],"performance_state":0,"uuid":"GPU-%016x",\
        "temperature_threshold_acoustic":null,"temperature_threshold_max_operating":86,\
        "temperature_threshold_shutdown":95,"temperature_threshold_slowdown":92,\
        "tensorcore_utilization":null,"time":"2026-08-08 21:34:56","utilization":%d.0,\
        "used_memory":%d,"power_consumption":%.3f,"temperature":%d,"total_memory":150754820096}\
        """,
        random.nextLong(),
        random.nextInt(100),
        random.nextLong(80L << 30),
        300 + random.nextDouble() * 400,
        30 + random.nextInt(50));
  }
}
