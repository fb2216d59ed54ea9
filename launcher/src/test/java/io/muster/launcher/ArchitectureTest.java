package io.muster.launcher;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Checks the code against the table of packages in ARCHITECTURE.md. */
class ArchitectureTest {
  private static final String ROOT = "io.muster.";
  private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern ROW =
      Pattern.compile("^\\| `([a-z.]+)` +\\| ([^|]+?) +\\| ([^|]+?) +\\|$", Pattern.MULTILINE);
  private static final Pattern MAY_IMPORT =
      Pattern.compile("May import: ([^.]*(?:\\.[a-z][^.]*)*)\\.");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("/testkit/"))
          .importPackages("io.muster");

  @Test
  void layers_importDownwardOnly() {
    Architectures.layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("schema")
        .definedBy("io.muster.schema..")
        .layer("bus")
        .definedBy("io.muster.bus..")
        .layer("runtime")
        .definedBy("io.muster.runtime..")
        .layer("collector")
        .definedBy("io.muster.collector..")
        .layer("api")
        .definedBy("io.muster.api..")
        .layer("aggregator")
        .definedBy("io.muster.aggregator..")
        .layer("registry")
        .definedBy("io.muster.registry..")
        .layer("launcher")
        .definedBy("io.muster.launcher..")
        .whereLayer("launcher")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("collector")
        .mayOnlyBeAccessedByLayers("launcher")
        .whereLayer("api")
        .mayOnlyBeAccessedByLayers("launcher")
        .whereLayer("aggregator")
        .mayOnlyBeAccessedByLayers("launcher")
        .whereLayer("registry")
        .mayOnlyBeAccessedByLayers("launcher")
        .whereLayer("runtime")
        .mayOnlyBeAccessedByLayers("collector", "api", "aggregator", "registry", "launcher")
        .whereLayer("schema")
        .mayNotAccessAnyLayer()
        .whereLayer("bus")
        .mayOnlyAccessLayers("schema")
        .check(CLASSES);
  }

  @Test
  void schema_doesNotDependOnVertx() {
    var violations =
        CLASSES.stream()
            .filter(type -> type.getPackageName().startsWith(ROOT + "schema"))
            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
            .filter(
                dependency -> dependency.getTargetClass().getPackageName().startsWith("io.vertx"))
            .map(Dependency::getDescription);

    assertThat(violations).isEmpty();
  }

  @Test
  void oshi_isUsedInOnePackageOnly() {
    var users =
        CLASSES.stream()
            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
            .filter(dependency -> dependency.getTargetClass().getPackageName().startsWith("oshi"))
            .map(dependency -> relativePackage(dependency.getOriginClass()))
            .distinct();

    assertThat(users).containsExactly("collector.oshi");
  }

  @Test
  void internalsOfVertxAndNetty_areUsedByOneClassOfEachModule() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(ROOT + "api.stream.VertxInternals")
        .and()
        .doNotHaveFullyQualifiedName(ROOT + "runtime.cluster.TrackingClusterManager")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.vertx..impl..", "io.vertx..internal..", "io.netty..internal..")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("io.netty.channel.Channel$Unsafe")
        .check(CLASSES);
  }

  @Test
  void internalsOfHazelcast_areUsedByOnePackage() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "runtime.cluster.member")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "com.hazelcast.internal..", "com.hazelcast.instance..", "com.hazelcast..impl..")
        .check(CLASSES);
  }

  @Test
  void netty_isUsedForConnectionsOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            ROOT + "api.stream",
            ROOT + "api.listener",
            ROOT + "api.websocket",
            ROOT + "api.tls",
            ROOT + "api.http",
            ROOT + "runtime.cluster.bus",
            ROOT + "runtime.tls")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.netty..")
        .check(CLASSES);
  }

  @Test
  void packages_importWhatTheTableAllows() {
    var table = readTable();
    var violations =
        CLASSES.stream()
            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
            .filter(dependency -> !isAllowed(dependency, table))
            .map(Dependency::getDescription);

    assertThat(violations).isEmpty();
  }

  @Test
  void packages_all_areInTheTableWithAtMostTwentyTypes() {
    Map<String, Long> types =
        CLASSES.stream()
            .filter(type -> type.getEnclosingClass().isEmpty())
            .filter(type -> !type.getSimpleName().equals("package-info"))
            .collect(
                Collectors.groupingBy(
                    ArchitectureTest::relativePackage, TreeMap::new, Collectors.counting()));

    assertThat(readTable().keySet()).containsExactlyInAnyOrderElementsOf(types.keySet());
    assertThat(types)
        .allSatisfy((name, count) -> assertThat(count).as(name).isLessThanOrEqualTo(20));
  }

  @Test
  void packageInfos_matchTheTable() throws IOException {
    try (var files = Files.walk(REPOSITORY, 12)) {
      var packageInfos =
          files
              .filter(file -> file.endsWith("package-info.java"))
              .filter(
                  file ->
                      file.toString().contains("/src/main/java/")
                          && !file.toString().contains("testkit"))
              .collect(
                  Collectors.toMap(
                      ArchitectureTest::packageOf, ArchitectureTest::readAllowedImports));

      assertThat(packageInfos).isEqualTo(readTable());
    }
  }

  private static boolean isAllowed(Dependency dependency, Map<String, String> table) {
    var target = dependency.getTargetClass().getBaseComponentType();
    if (!target.getPackageName().startsWith(ROOT)) {
      return true;
    }
    var from = relativePackage(dependency.getOriginClass());
    var to = relativePackage(target);
    return from.equals(to)
        || packageNames(table.getOrDefault(from, "nothing")).stream()
            .anyMatch(
                name -> name.equals("everything") || to.equals(name) || to.startsWith(name + "."));
  }

  private static List<String> packageNames(String allowedImports) {
    return Arrays.stream(allowedImports.split(",")).map(String::strip).toList();
  }

  private static String relativePackage(JavaClass type) {
    return type.getPackageName().substring(ROOT.length());
  }

  private static Map<String, String> readTable() {
    return ROW.matcher(read(REPOSITORY.resolve("ARCHITECTURE.md")))
        .results()
        .collect(Collectors.toMap(row -> row.group(1), row -> row.group(3)));
  }

  private static String packageOf(Path file) {
    var text = file.toString().replace("/package-info.java", "");
    return text.substring(
            text.indexOf("/src/main/java/io/muster/") + "/src/main/java/io/muster/".length())
        .replace('/', '.');
  }

  private static String readAllowedImports(Path file) {
    var text = read(file).replaceAll("\\s*\\n \\*\\s*", " ");
    return MAY_IMPORT
        .matcher(text)
        .results()
        .findFirst()
        .map(MatchResult::group)
        .map(ArchitectureTest::allowedImports)
        .orElse("");
  }

  private static String allowedImports(String sentence) {
    return sentence.substring("May import: ".length(), sentence.length() - 1);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
