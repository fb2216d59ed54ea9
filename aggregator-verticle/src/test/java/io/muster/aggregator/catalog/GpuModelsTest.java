package io.muster.aggregator.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.runtime.config.ConfigReader;
import io.muster.runtime.config.SettingSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GpuModelsTest {
  private static final String HEADER =
      "name,aliases,vendor,fp32_tflops,memory_mb,mig_slices,estimated";

  @TempDir Path directory;

  @Test
  void from_noSetting_isTheBundledModels() {
    var reader = reader(Map.of());

    assertThat(GpuModels.from(reader)).isEqualTo(GpuModels.bundled());
    assertThat(reader.problems()).isEmpty();
  }

  @Test
  void from_siteFile_addsAndReplaces() throws IOException {
    var reader =
        readerOfFile(
            "# models of the site",
            "",
            HEADER,
            "H100 SXM5,,NVIDIA,60.5,,,true",
            "Custom 1,Custom One;Other,Acme,12.34,1024,2,false");
    var catalog = new GpuCatalog(GpuModels.from(reader));

    assertThat(reader.problems()).isEmpty();
    assertThat(catalog.centiTflops(List.of("NVIDIA H100 80GB HBM3"))).isEqualTo(6050);
    assertThat(catalog.centiTflops(List.of("NVIDIA H100 PCIe"))).isEqualTo(5120);
    assertThat(catalog.centiTflops(List.of("custom ONE"))).isEqualTo(1234);
    assertThat(catalog.centiTflops(List.of("Other MIG 1g.1gb"))).isEqualTo(617);
  }

  @Test
  void from_siteFileReassignsAnAlias_siteFileWins() throws IOException {
    var catalog = new GpuCatalog(GpuModels.from(readerOfFile(HEADER, "Custom,L4,Acme,1,,,false")));

    assertThat(catalog.centiTflops(List.of("NVIDIA L4"))).isEqualTo(100);
  }

  @Test
  void from_invalidLines_areAllReported() throws IOException {
    var reader =
        readerOfFile(
            HEADER,
            "A,,V,1,,,false",
            "B,,V,1,,",
            "(R),,V,1,,,false",
            "C,,V,0,,,false",
            "D,,V,10001,,,false",
            "E,,V,fast,,,false",
            "F,,V,1,1.5,,false",
            "G,,V,1,,8,false",
            "H,,V,1,,,maybe",
            "I,nvidia a,V,1,,,false");
    var models = GpuModels.from(reader);

    assertThat(reader.problems())
        .hasSize(9)
        .allMatch(line -> line.startsWith("aggregator.gpu_models (command line): "))
        .anyMatch(line -> line.endsWith("line 3: 6 columns: expected 7"))
        .anyMatch(line -> line.endsWith("line 11: 'a' is already a name of A"));
    assertThat(models.models()).isNotEmpty();
  }

  @Test
  void from_missingHeader_isAProblem() throws IOException {
    var reader = readerOfFile("A,,V,1,,,false");
    GpuModels.from(reader);

    assertThat(reader.problems()).singleElement().asString().contains("line 1").contains(HEADER);
  }

  @Test
  void from_missingFile_isAProblem() {
    var reader = reader(Map.of("aggregator.gpu_models", directory + "/none.csv"));
    GpuModels.from(reader);

    assertThat(reader.problems()).singleElement().asString().contains("cannot be read");
  }

  private ConfigReader readerOfFile(String... lines) throws IOException {
    var file = Files.write(directory.resolve("site.csv"), List.of(lines));
    return reader(Map.of("aggregator.gpu_models", file.toString()));
  }

  private static ConfigReader reader(Map<String, String> settings) {
    return new ConfigReader(SettingSources.of(settings));
  }
}
