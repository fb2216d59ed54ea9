package io.muster.registry.model;

import static io.muster.registry.RegistryTables.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.muster.registry.RegistryTables;
import io.muster.runtime.database.Database;
import io.muster.schema.client.LimitOffset;
import io.muster.schema.json.WireTime;
import io.muster.schema.model.Model;
import io.muster.schema.model.ModelQuery;
import io.muster.schema.model.ModelRegistration;
import io.muster.testkit.AllRows;
import io.muster.testkit.EmbeddedDatabase;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresModelStoreIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
  private static final Optional<Integer> NO_LIMIT = Optional.empty();

  private Instant now = NOON;
  private RegistryTables tables;
  private PostgresModelStore store;

  @BeforeEach
  void open() {
    tables = new RegistryTables(postgres.database());
    tables.execute("DELETE FROM model");
    store = new PostgresModelStore(postgres.database(), () -> now);
  }

  @Test
  void register_newModel_isListed() {
    register("llama", 3, Optional.of(false), Optional.of(16_384), Optional.of(24));

    var listed = list();
    assertThat(listed)
        .containsExactly(
            new Model(
                listed.get(0).id(),
                "llama",
                "v1",
                3,
                false,
                Optional.of(16_384),
                Optional.of(24),
                WireTime.utcMicros(NOON)));
    assertThat(tables.queryValue("SELECT engine_type FROM model")).contains("2");
  }

  @Test
  void register_isActiveNotGiven_defaultsToTrueAndIsKeptOnUpdate() {
    register("llama", 1, Optional.empty(), NO_LIMIT, NO_LIMIT);
    assertThat(list()).extracting(Model::isActive).containsExactly(true);

    register("llama", 1, Optional.of(false), NO_LIMIT, NO_LIMIT);
    register("llama", 2, Optional.empty(), NO_LIMIT, NO_LIMIT);
    assertThat(list())
        .extracting(Model::isActive, Model::versionCode)
        .containsExactly(tuple(false, 2L));
  }

  @Test
  void register_existingModel_replacesValuesAndKeepsIdAndCreationTime() {
    register("llama", 1, Optional.of(true), Optional.of(1), Optional.of(2));
    var first = list().get(0);
    now = NOON.plusSeconds(60);

    register("llama", 9, Optional.of(true), NO_LIMIT, NO_LIMIT);

    assertThat(list())
        .containsExactly(
            new Model(
                first.id(),
                "llama",
                "v1",
                9,
                true,
                Optional.empty(),
                Optional.empty(),
                first.createdAt()));
  }

  @Test
  void register_otherVersionWithSameCode_createsAnotherModel() {
    register("llama", 1, Optional.empty(), NO_LIMIT, NO_LIMIT);
    await(
        store.register(
            new ModelRegistration("llama", "v2", 1, 0, Optional.empty(), NO_LIMIT, NO_LIMIT)));

    assertThat(list()).extracting(Model::version).containsExactlyInAnyOrder("v1", "v2");
  }

  @Test
  void register_largestNumbersAndSqlInText_areStored() {
    var sql = "'); DROP TABLE model; -- \uD83D\uDE80";
    await(
        store.register(
            new ModelRegistration(
                sql,
                "\uD83D\uDE80".repeat(50),
                Long.MAX_VALUE,
                Short.MAX_VALUE,
                Optional.empty(),
                Optional.of(Integer.MAX_VALUE),
                Optional.of(Integer.MAX_VALUE))));

    assertThat(list())
        .extracting(Model::name, Model::versionCode, Model::minGpuMemoryGb)
        .containsExactly(tuple(sql, Long.MAX_VALUE, Optional.of(Integer.MAX_VALUE)));
  }

  @Test
  void list_order_isByMemoryThenVersionThenTime() {
    register("none", 7, Optional.empty(), NO_LIMIT, NO_LIMIT);
    register("small", 1, Optional.empty(), NO_LIMIT, Optional.of(8));
    register("zero", 8, Optional.empty(), NO_LIMIT, Optional.of(0));
    register("older", 5, Optional.empty(), NO_LIMIT, Optional.of(24));
    register("twin", 5, Optional.empty(), NO_LIMIT, Optional.of(24));
    register("newest version", 6, Optional.empty(), NO_LIMIT, Optional.of(24));
    now = NOON.plusSeconds(1);
    register("younger", 5, Optional.empty(), NO_LIMIT, Optional.of(24));

    assertThat(list())
        .extracting(Model::name)
        .containsExactly("newest version", "younger", "twin", "older", "small", "zero", "none");
  }

  @Test
  void list_filters_selectByMemoryAndActivity() {
    register("any", 1, Optional.empty(), NO_LIMIT, NO_LIMIT);
    register("small", 1, Optional.of(false), NO_LIMIT, Optional.of(8));
    register("middle", 1, Optional.of(true), NO_LIMIT, Optional.of(24));
    register("large", 1, Optional.of(true), NO_LIMIT, Optional.of(80));

    assertThat(names(Optional.empty(), Optional.of(24))).containsExactly("middle", "small", "any");
    assertThat(names(Optional.empty(), Optional.of(0))).containsExactly("any");
    assertThat(names(Optional.of(true), NO_LIMIT)).containsExactly("large", "middle", "any");
    assertThat(names(Optional.of(false), NO_LIMIT)).containsExactly("small");
    assertThat(names(Optional.of(true), Optional.of(24))).containsExactly("middle", "any");
  }

  @Test
  void list_limitAndOffset_selectInTheSameOrder() {
    for (int gigabytes = 1; gigabytes <= 5; gigabytes++) {
      register("m" + gigabytes, 1, Optional.empty(), NO_LIMIT, Optional.of(gigabytes));
    }

    assertThat(names(new LimitOffset(Optional.of(2), 1))).containsExactly("m4", "m3");
    assertThat(names(new LimitOffset(Optional.of(2), 4))).containsExactly("m1");
    assertThat(names(new LimitOffset(NO_LIMIT, 5))).isEmpty();
    assertThat(names(new LimitOffset(NO_LIMIT, 3))).containsExactly("m2", "m1");
  }

  @Test
  void register_concurrentlyFromTwoRegistries_storesConsistentRows() {
    var otherDatabase = postgres.open(postgres.vertx(), InstantSource.system());
    await(otherDatabase.whenReady());
    var stores = List.of(store, createStore(otherDatabase));

    var calls = new ArrayList<Future<Void>>();
    for (int call = 1; call <= 200; call++) {
      var number = Optional.of(call);
      var model =
          new ModelRegistration("m" + call % 3, "v", call, 0, Optional.empty(), number, number);
      calls.add(stores.get(call % 2).register(model));
    }
    await(Future.all(calls));
    await(otherDatabase.close());

    assertThat(list())
        .hasSize(3)
        .allSatisfy(
            model -> {
              assertThat(model.minMemoryMb()).contains((int) model.versionCode());
              assertThat(model.minGpuMemoryGb()).contains((int) model.versionCode());
              assertThat(model.name()).isEqualTo("m" + model.versionCode() % 3);
            });
  }

  private PostgresModelStore createStore(Database database) {
    return new PostgresModelStore(database, () -> now);
  }

  private void register(
      String name,
      long versionCode,
      Optional<Boolean> active,
      Optional<Integer> memoryMb,
      Optional<Integer> gpuMemoryGb) {
    await(
        store.register(
            new ModelRegistration(name, "v1", versionCode, 2, active, memoryMb, gpuMemoryGb)));
  }

  private List<Model> list() {
    return list(new ModelQuery(Optional.empty(), Optional.empty(), LimitOffset.ALL));
  }

  private List<Model> list(ModelQuery query) {
    return AllRows.of(store.list(query), Model.class).rows();
  }

  private List<String> names(Optional<Boolean> active, Optional<Integer> gpuMemoryGb) {
    return list(new ModelQuery(active, gpuMemoryGb, LimitOffset.ALL)).stream()
        .map(Model::name)
        .toList();
  }

  private List<String> names(LimitOffset limitOffset) {
    return list(new ModelQuery(Optional.empty(), Optional.empty(), limitOffset)).stream()
        .map(Model::name)
        .toList();
  }
}
