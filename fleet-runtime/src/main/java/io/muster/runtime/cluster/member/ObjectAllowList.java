package io.muster.runtime.cluster.member;

import com.hazelcast.internal.cluster.impl.ClusterDataSerializerHook;
import com.hazelcast.internal.locksupport.LockDataSerializerHook;
import com.hazelcast.internal.nio.BufferObjectDataInput;
import com.hazelcast.internal.partition.impl.PartitionDataSerializerHook;
import com.hazelcast.internal.serialization.InternalSerializationService;
import com.hazelcast.internal.serialization.impl.AbstractSerializationService;
import com.hazelcast.internal.serialization.impl.SerializationConstants;
import com.hazelcast.internal.serialization.impl.SerializerAdapter;
import com.hazelcast.map.impl.MapDataSerializerHook;
import com.hazelcast.map.impl.event.EntryEventData;
import com.hazelcast.map.impl.event.MapEventData;
import com.hazelcast.multimap.impl.MultiMapDataSerializerHook;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.HazelcastSerializationException;
import com.hazelcast.nio.serialization.Serializer;
import com.hazelcast.spi.impl.SpiDataSerializerHook;
import com.hazelcast.spi.impl.merge.SplitBrainDataSerializerHook;
import io.micrometer.core.instrument.Counter;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The objects that a member reads from others, operations included: those of the modules of
 * Hazelcast that Vert.x needs. Every member can send objects of all other modules, too, which
 * configure the node, write files or run tasks. Safe for use by any thread.
 */
final class ObjectAllowList {
  private static final Set<Integer> TYPES =
      Set.of(
          SerializationConstants.CONSTANT_TYPE_NULL,
          SerializationConstants.CONSTANT_TYPE_DATA_SERIALIZABLE,
          SerializationConstants.CONSTANT_TYPE_BOOLEAN,
          SerializationConstants.CONSTANT_TYPE_INTEGER,
          SerializationConstants.CONSTANT_TYPE_LONG,
          SerializationConstants.CONSTANT_TYPE_STRING,
          SerializationConstants.CONSTANT_TYPE_UUID,
          // Exceptions, behind a filter of their own.
          SerializationConstants.JAVA_DEFAULT_TYPE_SERIALIZABLE);

  /** Each module has one factory for its operations and their parts. */
  static final Set<Integer> FACTORIES =
      Set.of(
          ClusterDataSerializerHook.F_ID,
          SpiDataSerializerHook.F_ID,
          PartitionDataSerializerHook.F_ID,
          MapDataSerializerHook.F_ID,
          MultiMapDataSerializerHook.F_ID,
          LockDataSerializerHook.F_ID,
          SplitBrainDataSerializerHook.F_ID);

  /** The classes without a factory, of which Hazelcast sends the name. */
  private static final Set<String> CLASS_NAMES =
      Set.of(
          EntryEventData.class.getName(),
          MapEventData.class.getName(),
          // Internals of vertx-hazelcast: the rows of its two tables.
          "io.vertx.spi.cluster.hazelcast.impl.HazelcastNodeInfo",
          "io.vertx.spi.cluster.hazelcast.impl.HazelcastRegistrationInfo");

  private static final byte HAS_FACTORY = 1;

  private ObjectAllowList() {}

  /**
   * Makes the service refuse to read all other objects, wherever they are nested.
   *
   * @param rejections counts the refused objects
   * @throws IllegalStateException if this release of Hazelcast keeps its serializers elsewhere
   */
  static void applyTo(InternalSerializationService service, Counter rejections) {
    try {
      var constant = (SerializerAdapter[]) serializers(service, "constantTypeIds");
      Arrays.setAll(constant, index -> new GuardedSerializer(constant[index], rejections));
      @SuppressWarnings("unchecked") // The type of the field.
      var others = (Map<Integer, SerializerAdapter>) serializers(service, "idMap");
      others.replaceAll((type, serializer) -> new GuardedSerializer(serializer, rejections));
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new IllegalStateException(
          "serializers of this release of Hazelcast cannot be restricted", e);
    }
  }

  /** Hazelcast looks up serializers by type in two fields, and has no extension point for it. */
  private static Object serializers(InternalSerializationService service, String name)
      throws ReflectiveOperationException {
    var field = AbstractSerializationService.class.getDeclaredField(name);
    field.setAccessible(true);
    return field.get(service);
  }

  /** A serializer of Hazelcast that reads only what is on the list. */
  private record GuardedSerializer(SerializerAdapter serializer, Counter rejections)
      implements SerializerAdapter {
    @Override
    public Object read(ObjectDataInput input) throws IOException {
      check(input);
      return serializer.read(input);
    }

    @Override
    public Object read(ObjectDataInput input, Class<?> type) throws IOException {
      check(input);
      return serializer.read(input, type);
    }

    @Override
    public void write(ObjectDataOutput output, Object object) throws IOException {
      serializer.write(output, object);
    }

    @Override
    public int getTypeId() {
      return serializer.getTypeId();
    }

    @Override
    public Serializer getImpl() {
      return serializer.getImpl();
    }

    @Override
    public void destroy() {
      serializer.destroy();
    }

    private void check(ObjectDataInput input) throws IOException {
      if (!TYPES.contains(getTypeId())) {
        throw refusal("type=" + getTypeId());
      }
      if (getTypeId() == SerializationConstants.CONSTANT_TYPE_DATA_SERIALIZABLE) {
        checkHeader((BufferObjectDataInput) input);
      }
    }

    private void checkHeader(BufferObjectDataInput input) throws IOException {
      var start = input.position();
      if ((input.readByte() & HAS_FACTORY) != 0) {
        var factory = input.readInt();
        if (!FACTORIES.contains(factory)) {
          throw refusal("factory=" + factory + " id=" + input.readInt());
        }
      } else {
        var className = String.valueOf(input.readString());
        if (!CLASS_NAMES.contains(className)) {
          throw refusal(String.format(Locale.ROOT, "class=%.200s", className));
        }
      }
      input.position(start);
    }

    /**
     * Counts an object. The exception has no stack trace, which Hazelcast would log, and send back,
     * for each of them.
     */
    private HazelcastSerializationException refusal(String object) {
      rejections.increment();
      var refusal =
          new HazelcastSerializationException("members do not exchange this object " + object);
      refusal.setStackTrace(new StackTraceElement[0]);
      return refusal;
    }
  }
}
