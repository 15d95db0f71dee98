// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.simulation;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TryCatchBlockNode;
import org.objectweb.asm.tree.TypeInsnNode;

/** Changes a class such that {@link Hooks} decides wherever the platform would. */
final class Rewriter {
    private static final String HOOKS = Type.getInternalName(Hooks.class);
    private static final String SIM_THREAD = Type.getInternalName(SimThread.class);
    private static final String THREAD = "java/lang/Thread";
    private static final String CONCURRENT = "java/util/concurrent/";

    /** What {@link Hooks} stands in for, by owner and name; its descriptors follow from the methods'. */
    private static final Map<String, Set<String>> REPLACED = Map.ofEntries(
            Map.entry(THREAD, Set.of("start", "join", "isAlive", "interrupt", "isInterrupted", "interrupted")),
            Map.entry(CONCURRENT + "locks/LockSupport", Set.of("park", "parkNanos", "unpark")),
            Map.entry(CONCURRENT + "locks/ReentrantLock", Set.of("lock", "newCondition")),
            Map.entry(CONCURRENT + "BlockingQueue", Set.of("take", "poll/2")),
            Map.entry(CONCURRENT + "LinkedBlockingQueue", Set.of("take", "poll/2")),
            Map.entry(CONCURRENT + "CountDownLatch", Set.of("await")),
            Map.entry(CONCURRENT + "Future", Set.of("get")),
            Map.entry(CONCURRENT + "CompletableFuture", Set.of("get", "join")),
            Map.entry(CONCURRENT + "TimeUnit", Set.of("timedJoin")),
            Map.entry(CONCURRENT + "Executors", Set.of("newCachedThreadPool/1")),
            Map.entry(
                    CONCURRENT + "ConcurrentHashMap",
                    Set.of("computeIfAbsent", "computeIfPresent", "compute", "merge")),
            Map.entry(CONCURRENT + "ConcurrentMap", Set.of("computeIfAbsent", "computeIfPresent", "compute", "merge")),
            Map.entry("java/util/Map", Set.of("computeIfAbsent", "computeIfPresent", "compute", "merge")),
            Map.entry("java/lang/System", Set.of("nanoTime", "currentTimeMillis")),
            Map.entry("java/lang/Runtime", Set.of("addShutdownHook", "removeShutdownHook")),
            Map.entry("java/util/UUID", Set.of("randomUUID")),
            Map.entry("java/lang/ProcessHandle", Set.of("pid")),
            Map.entry("java/lang/ProcessHandle$Info", Set.of("startInstant")),
            Map.entry("java/net/InetAddress", Set.of("getHostName")));

    /** As {@link Hooks} calls its own, whatever the type that they are called on. */
    private static final Map<String, String> OWNERS = Map.of(
            CONCURRENT + "LinkedBlockingQueue",
            CONCURRENT + "BlockingQueue",
            CONCURRENT + "CompletableFuture",
            CONCURRENT + "Future",
            CONCURRENT + "ConcurrentHashMap",
            "java/util/Map",
            CONCURRENT + "ConcurrentMap",
            "java/util/Map");

    private static final Map<String, String> MONITOR =
            Map.of("wait", "await", "notify", "signal", "notifyAll", "signalAll");

    /** What would wait, or run something, where no seed decides; it must not happen. */
    private static final Map<String, List<String>> OUTSIDE = Map.of(
            CONCURRENT + "ScheduledThreadPoolExecutor",
            List.of("<init>"),
            CONCURRENT + "ThreadPoolExecutor",
            List.of("<init>"),
            CONCURRENT + "ForkJoinPool",
            List.of("<init>", "commonPool"),
            CONCURRENT + "Semaphore",
            List.of("<init>"),
            CONCURRENT + "CyclicBarrier",
            List.of("<init>"),
            CONCURRENT + "Phaser",
            List.of("<init>"),
            CONCURRENT + "ThreadLocalRandom",
            List.of("current"),
            "java/util/Timer",
            List.of("<init>"),
            "java/lang/Math",
            List.of("random"));

    private final BiPredicate<String, String> isVolatile;

    /**
     * @param isVolatile whether the field of a class, by its internal name, is volatile
     */
    Rewriter(BiPredicate<String, String> isVolatile) {
        this.isVolatile = isVolatile;
    }

    void rewrite(ClassNode type) {
        for (MethodNode method : List.copyOf(type.methods)) {
            if (method.name.equals("<clinit>")) {
                shield(method);
            }
            dropSelfHandlers(method);
            letNobodyHandleDeath(method);
            for (AbstractInsnNode instruction : method.instructions.toArray()) {
                rewrite(method.instructions, instruction);
            }
            if ((method.access & Opcodes.ACC_SYNCHRONIZED) != 0) {
                Synchronized.wrap(type, method);
            }
        }
    }

    private void rewrite(InsnList code, AbstractInsnNode instruction) {
        if (instruction.getOpcode() == Opcodes.MONITORENTER) {
            code.set(instruction, hook("enter", "(Ljava/lang/Object;)V"));
        } else if (instruction.getOpcode() == Opcodes.MONITOREXIT) {
            code.set(instruction, hook("exit", "(Ljava/lang/Object;)V"));
        } else if (instruction instanceof FieldInsnNode field) {
            if (isVolatile.test(field.owner, field.name)) {
                code.insertBefore(field, hook("point", "()V"));
            }
        } else if (instruction instanceof TypeInsnNode made) {
            if (made.getOpcode() == Opcodes.NEW && made.desc.equals(THREAD)) {
                made.desc = SIM_THREAD;
            }
        } else if (instruction instanceof MethodInsnNode call) {
            rewrite(code, call);
        } else if (instruction instanceof InvokeDynamicInsnNode dynamic) {
            for (int i = 0; i < dynamic.bsmArgs.length; i++) {
                if (dynamic.bsmArgs[i] instanceof Handle handle) {
                    dynamic.bsmArgs[i] = rewrite(handle);
                }
            }
        }
    }

    private static void rewrite(InsnList code, MethodInsnNode call) {
        boolean made = call.name.equals("<init>");
        if (OUTSIDE.getOrDefault(call.owner, List.of()).contains(call.name)) {
            code.insertBefore(call, new LdcInsnNode(call.owner + "." + call.name));
            code.insertBefore(call, hook("outside", "(Ljava/lang/String;)V"));
        } else if (made && call.owner.equals(THREAD)) {
            call.owner = SIM_THREAD;
        } else if (made && call.owner.equals("java/util/Random") && call.desc.equals("()V")) {
            code.insertBefore(call, hook("seed", "()J"));
            call.desc = "(J)V";
        } else if (isMonitors(call.owner, call.name, call.desc)) {
            code.set(call, hook(MONITOR.get(call.name), "(Ljava/lang/Object;" + call.desc.substring(1)));
        } else if (isReplaced(call.owner, call.name, call.desc)) {
            code.set(
                    call, hook(call.name, descriptor(call.owner, call.desc, call.getOpcode() == Opcodes.INVOKESTATIC)));
        } else if (isShared(call.owner) && !made) {
            code.insertBefore(call, hook("point", "()V"));
        }
    }

    private static Handle rewrite(Handle handle) {
        if (handle.getTag() == Opcodes.H_NEWINVOKESPECIAL && handle.getOwner().equals(THREAD)) {
            return new Handle(handle.getTag(), SIM_THREAD, handle.getName(), handle.getDesc(), false);
        }
        boolean isMethod = handle.getDesc().startsWith("(");
        if (!isMethod || !isReplaced(handle.getOwner(), handle.getName(), handle.getDesc())) {
            return handle;
        }
        String descriptor = descriptor(handle.getOwner(), handle.getDesc(), handle.getTag() == Opcodes.H_INVOKESTATIC);
        return new Handle(Opcodes.H_INVOKESTATIC, HOOKS, handle.getName(), descriptor, false);
    }

    private static boolean isMonitors(String owner, String name, String descriptor) {
        return MONITOR.containsKey(name)
                && (name.equals("wait") ? descriptor.matches("\\(J?\\)V") : descriptor.equals("()V"))
                && !owner.startsWith("java/util/");
    }

    private static boolean isReplaced(String owner, String name, String descriptor) {
        Set<String> names = REPLACED.getOrDefault(owner, Set.of());
        return names.contains(name) || names.contains(name + "/" + Type.getArgumentTypes(descriptor).length);
    }

    private static String descriptor(String owner, String descriptor, boolean isStatic) {
        if (isStatic) {
            return descriptor;
        }
        return "(L" + OWNERS.getOrDefault(owner, owner) + ";" + descriptor.substring(1);
    }

    /** Whether what others do at the same time can be seen through it. */
    private static boolean isShared(String owner) {
        return owner.startsWith(CONCURRENT)
                || owner.startsWith("org/jctools/")
                || owner.equals("java/lang/invoke/VarHandle");
    }

    private static MethodInsnNode hook(String name, String descriptor) {
        return new MethodInsnNode(Opcodes.INVOKESTATIC, HOOKS, name, descriptor, false);
    }

    /** While a class is initialized, the platform holds a lock. */
    private static void shield(MethodNode method) {
        for (AbstractInsnNode instruction : method.instructions.toArray()) {
            if (instruction.getOpcode() == Opcodes.RETURN) {
                method.instructions.insertBefore(instruction, hook("unshield", "()V"));
            }
        }
        method.instructions.insert(hook("shield", "()V"));
    }

    /** The compiler has handlers handle what they throw themselves: nothing does, but for the death of the process. */
    private static void dropSelfHandlers(MethodNode method) {
        InsnList code = method.instructions;
        method.tryCatchBlocks.removeIf(block -> block.start == block.handler);
        for (TryCatchBlockNode block : method.tryCatchBlocks) {
            int handler = code.indexOf(block.handler);
            if (code.indexOf(block.start) < handler && handler < code.indexOf(block.end)) {
                block.end = block.handler;
            }
        }
    }

    private static void letNobodyHandleDeath(MethodNode method) {
        Set<LabelNode> handlers = method.tryCatchBlocks.stream()
                .filter(Rewriter::handlesErrors)
                .map(block -> block.handler)
                .collect(Collectors.toCollection(HashSet::new));
        for (LabelNode handler : handlers) {
            AbstractInsnNode at = handler;
            while (!(at instanceof FrameNode)) {
                at = at.getNext();
            }
            InsnList check = new InsnList();
            check.add(new InsnNode(Opcodes.DUP));
            check.add(hook("rethrowIfKilled", "(Ljava/lang/Throwable;)V"));
            method.instructions.insert(at, check);
        }
    }

    private static boolean handlesErrors(TryCatchBlockNode block) {
        return block.type == null
                || Stream.of("java/lang/Throwable", "java/lang/Error").anyMatch(block.type::equals);
    }
}
