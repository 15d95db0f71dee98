// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.simulation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.ClassNode;

/**
 * Loads all of Millrace once more, such that {@link Simulation} has the say, from the very classes that are shipped. What
 * stands for the world outside of the processes stays as it is: nobody gets the turn while it does something.
 */
public final class SimulatedClasses extends ClassLoader {
    private static final String OURS = "io.millrace.";
    private static final String SIMULATION = "io.millrace.core.simulation.";
    private static final Set<String> WORLD =
            Set.of("io.millrace.core.wal.local.SimDisk", "io.millrace.core.simulated.World");

    private final Consumer<ClassNode> mutation;
    private final Map<String, Set<String>> volatiles = new ConcurrentHashMap<>();
    private final Rewriter rewriter = new Rewriter(this::isVolatile);

    /** The classes as they are. */
    public SimulatedClasses() {
        this(type -> {});
    }

    /** The classes, changed: with a bug, for instance. */
    public SimulatedClasses(Consumer<ClassNode> mutation) {
        super(SimulatedClasses.class.getClassLoader());
        this.mutation = mutation;
    }

    /** Makes the scenario of this name, on a thread of its simulation. */
    Simulation.Scenario scenario(String name, long seed) {
        try {
            return (Simulation.Scenario)
                    loadClass(name).getConstructor(long.class).newInstance(seed);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(name, e);
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OURS) || name.startsWith(SIMULATION)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? define(name) : loaded;
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        ClassNode type = new ClassNode();
        try {
            reader(name).accept(type, ClassReader.EXPAND_FRAMES);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
        mutation.accept(type);
        String outermost = name.contains("$") ? name.substring(0, name.indexOf('$')) : name;
        if (!WORLD.contains(outermost)) {
            rewriter.rewrite(type);
        }
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        type.accept(writer);
        byte[] bytes = writer.toByteArray();
        return defineClass(name, bytes, 0, bytes.length);
    }

    private ClassReader reader(String name) throws IOException {
        try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new IOException("there is no class " + name);
            }
            return new ClassReader(in);
        }
    }

    private boolean isVolatile(String owner, String field) {
        return owner.startsWith("io/millrace/")
                && volatiles.computeIfAbsent(owner, this::findVolatiles).contains(field);
    }

    private Set<String> findVolatiles(String owner) {
        ClassNode type = new ClassNode();
        try {
            reader(owner.replace('/', '.')).accept(type, ClassReader.SKIP_CODE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return type.fields.stream()
                .filter(field -> (field.access & Opcodes.ACC_VOLATILE) != 0)
                .map(field -> field.name)
                .collect(Collectors.toSet());
    }
}
