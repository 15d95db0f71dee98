// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.simulation;

import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TryCatchBlockNode;
import org.objectweb.asm.tree.VarInsnNode;

/** Makes a synchronized method one that enters and leaves the monitor by {@link Hooks} around its body. */
final class Synchronized {
    private static final String HOOKS = Type.getInternalName(Hooks.class);

    private Synchronized() {}

    static void wrap(ClassNode type, MethodNode method) {
        boolean isStatic = (method.access & Opcodes.ACC_STATIC) != 0;
        String[] exceptions = method.exceptions.toArray(String[]::new);
        MethodNode outer = new MethodNode(
                method.access & ~Opcodes.ACC_SYNCHRONIZED, method.name, method.desc, method.signature, exceptions);
        outer.visibleAnnotations = method.visibleAnnotations;
        outer.visibleParameterAnnotations = method.visibleParameterAnnotations;
        outer.parameters = method.parameters;
        method.name = method.name + "$synchronized";
        method.access = Opcodes.ACC_PRIVATE | Opcodes.ACC_SYNTHETIC | (isStatic ? Opcodes.ACC_STATIC : 0);
        method.visibleAnnotations = null;
        fill(outer, type.name, method.name, isStatic);
        type.methods.add(outer);
    }

    private static void fill(MethodNode outer, String owner, String body, boolean isStatic) {
        LabelNode from = new LabelNode();
        LabelNode to = new LabelNode();
        InsnList code = outer.instructions;
        code.add(monitor(owner, isStatic));
        code.add(hook("enter"));
        code.add(from);
        List<Object> locals = new ArrayList<>();
        int slot = 0;
        if (!isStatic) {
            code.add(new VarInsnNode(Opcodes.ALOAD, 0));
            locals.add(owner);
            slot = 1;
        }
        for (Type argument : Type.getArgumentTypes(outer.desc)) {
            code.add(new VarInsnNode(argument.getOpcode(Opcodes.ILOAD), slot));
            slot += argument.getSize();
            locals.add(frameType(argument));
        }
        code.add(new MethodInsnNode(
                isStatic ? Opcodes.INVOKESTATIC : Opcodes.INVOKESPECIAL, owner, body, outer.desc, false));
        code.add(to);
        code.add(monitor(owner, isStatic));
        code.add(hook("exit"));
        code.add(new InsnNode(Type.getReturnType(outer.desc).getOpcode(Opcodes.IRETURN)));
        LabelNode handler = new LabelNode();
        code.add(handler);
        code.add(new FrameNode(
                Opcodes.F_FULL, locals.size(), locals.toArray(), 1, new Object[] {"java/lang/Throwable"}));
        code.add(monitor(owner, isStatic));
        code.add(hook("exit"));
        code.add(new InsnNode(Opcodes.ATHROW));
        outer.tryCatchBlocks.add(new TryCatchBlockNode(from, to, handler, null));
    }

    private static org.objectweb.asm.tree.AbstractInsnNode monitor(String owner, boolean isStatic) {
        return isStatic ? new LdcInsnNode(Type.getObjectType(owner)) : new VarInsnNode(Opcodes.ALOAD, 0);
    }

    private static MethodInsnNode hook(String name) {
        return new MethodInsnNode(Opcodes.INVOKESTATIC, HOOKS, name, "(Ljava/lang/Object;)V", false);
    }

    private static Object frameType(Type type) {
        return switch (type.getSort()) {
            case Type.BOOLEAN, Type.BYTE, Type.CHAR, Type.SHORT, Type.INT -> Opcodes.INTEGER;
            case Type.LONG -> Opcodes.LONG;
            case Type.FLOAT -> Opcodes.FLOAT;
            case Type.DOUBLE -> Opcodes.DOUBLE;
            default -> type.getInternalName();
        };
    }
}
