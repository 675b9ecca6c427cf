/* What each check and rule id means, in a sentence for people, in both languages. */
#include <string.h>

#include "custody/site.h"

struct check_word {
    const char *id, *zh, *en;
};

/* FORMATS.md §12, and the rules of the regulation that acts refuse by. */
static const struct check_word WORDS[] = {
    {"K2", "只有本保管台的钥匙管理员才能借出、收回钥匙",
     "only the desk's custodian lends and takes back"},
    {"K3", "不得以私人名义借用钥匙；请登记拒借 (custody key refuse)",
     "no borrowing in a private name"},
    {"K4", "借还须逐项登记：钥匙、应还时间或签收不符合规定",
     "loans and returns are registered"},
    {"K5", "钥匙与钥匙扣（串）须放在一处并归属相符", "keys and their ring belong together"},
    {"K7", "发放前须核验身份和资料，钥匙须属于该住户，由业主签收",
     "keys of a home go to its people, whose papers were seen"},
    {"K8", "该保管台不保管这一类钥匙", "this desk does not keep keys of this class"},
    {"K9", "未经工程部经理或主管同意不得私配钥匙；住户钥匙须有业主委托或同意",
     "no copy without the engineering manager's, or the owner's, say"},
    {"K10", "高风险机房钥匙须先经工程部经理批准", "a high-risk room wants an approval first"},
    {"K10a", "住户托管钥匙须有业主的托管委托或同意，并经主管批准",
     "a home's key wants the owner's authorisation or consent"},
    {"K11", "排班由客户服务部主管负责；借用应按期归还",
     "back after the job; the roster is the supervisor's"},
    {"K12", "交接班、下班关闭须清点并由两人签名；差异须注明原因",
     "a shift is handed over by count, two persons sign"},
    {"K13", "遗失钥匙的登记、接受风险不符合规定", "a loss, or the accepting of its risk"},
    {"K14", "盘点须由管理员与另一人共同完成；年度盘点按楼栋，月度盘点不指定",
     "a stock-take is finished by two persons"},
    {"K15", "封存、启封不符合规定：启封须两人，并列全封内钥匙",
     "sealed spares: two people open a seal"},
    {"K16", "应急取用不符合规定，或未在时限内补签追认",
     "an emergency: two people, ratified in time"},
    {"K17", "口头批准须由有权批准的人作出，并在一日内登记",
     "an oral approval that cannot stand"},
    {"K18", "钥匙保管移交不符合规定", "a change of custodian"},
    {"K19", "结转内容与台账不符", "an opening balance"},
    {"K20", "应急登记单须逐号核销，并注明补录的事项",
     "each numbered emergency slip is accounted for"},
    {"seats", "签名人不符合该事项要求的席位，或同一人占了两席",
     "the signers do not fill the seats of this act"},
    {"role", "该人员没有相应职务，或职务不能兼任",
     "a person lacks, or may not combine, a role"},
    {"suspended", "该人员已停用", "the person is suspended"},
    {"object", "所指的对象不在台账中", "something named does not exist"},
    {"exists", "该编号或名称已使用过，不能重复使用", "something named anew exists already"},
    {"state", "对象当前状态不允许该事项", "the object's state does not allow this"},
    {"label", "名称与台账不一致", "a label differs from the register's"},
    {"policy", "代码不在制度参数中，或制度参数格式有误", "a code is not in the policy"},
    {"floor", "制度参数低于规定底线，或放宽须提前七日", "a policy below its floor"},
    {"approval", "批准不存在、已用、已失效，或与本次借用不符", "the approval does not serve"},
    {"request", "申请不符合要求，或已有处理结果", "the request does not allow this"},
    {"terminals", "该事项须在两台终端上签名，或填写签名纸单编号 (--terminals 2 或 --sheet)",
     "two terminals or a numbered sheet are wanted"},
    {"proof", "电子签名的持有证明不符", "the possession proof does not fit"},
    {"lines", "导入明细与确认不符", "the lines of an import do not fit"},
    {"count", "清点的数量或清单与台账不一致", "what was counted differs from the register"},
    {"warning", "出现提醒而未说明理由；请确认后填写理由",
     "a warning arises that was not accepted"},
    {"holder-overdue", "借用人有逾期未还的钥匙", "the receiver holds keys that are overdue"},
    {"last-spare", "借出后在柜备用钥匙不足", "too few keys of a lock would be left"},
    {"off-shift", "应还时间无人当班", "nobody is on shift when the keys are due"},
    {"reserved", "该时段已批准他人借用", "somebody else has an approval for this time"},
    {"tray-short", "待发放钥匙未全部交回", "keys of a tray did not come back"},
    {"late", "补录时间或原因不符合规定", "event time or reason of a late entry"},
    {"officers", "负责人人数不足", "too few officers"},
    {"sequence", "序号已被占用，请重试", "the actor's number is taken"},
    {"seen", "账本与本人签名库所见不一致：账本可能被恢复或截短，请勿签名",
     "the ledger is not what this credential saw"},
    {"time", "登记时间不符合规定，请检查本机时钟", "the time of the act"},
    {"signature", "签名无效", "a signature is bad"},
    {"person", "签名与签名人不一致", "signatures and signers do not match"},
    {"credential", "电子签名未登记或已注销", "unknown or revoked credential"},
    {"cross-ledger", "该事项属于另一本流水账", "the act belongs to another ledger"},
    {"signer-state", "账本落后于 signer-state 或该文件缺失：可能恢复了旧备份",
     "the ledger is behind its signer-state, or that file is missing"},
    {"site", "这张标签属于另一个站点", "a tag of another site"},
    {"declined", "签名人未同意", "the signer declined"},
    {"structure", "事项内容格式不符", "the act is malformed"},
    {"canonical", "签名内容不是规范格式", "the signed bytes are not canonical"},
    {"envelope", "签名封装格式不符", "the envelope is malformed"},
    {"unknown-act", "本程序不认识该事项", "an unknown act"},
    {"newer-act", "该事项由更新版本的程序产生，无法核验", "an act of a newer version"},
    {"duplicate", "同一事项重复出现", "one act twice"},
    {"time-ahead", "账目时间超前于本机时钟", "the ledger's time is ahead of the clock"},
    {"leaf", "存储的散列与内容不一致", "a stored hash differs from the content"},
    {"gap", "账目序号不连续", "entries are missing"},
    {"root", "根散列不一致", "roots differ"},
    {"checkpoint", "校验点有误", "a checkpoint is wrong"},
    {"tile", "导出的散列分片有误", "a tile differs"},
    {"bundle", "导出的条目文件缺失或有误", "an entry bundle is missing or wrong"},
    {"genesis", "创世项不符", "another genesis"},
    {"quorum", "见证人数不足", "the quorum of witnesses is not met"},
    {"known", "与外部校验点不一致或无法核对", "an outside anchor does not fit"},
    {"lost", "部分账目在接续时丢失", "entries were lost in a succession"},
    {"integrity", "数据库文件损坏", "the database file is damaged"},
    {"row", "查询表与流水账不一致", "the read model differs from the ledger"},
    {"schema", "数据库结构被改动", "the database's schema was changed"},
    {"openings", "个人信息与承诺值不一致或缺失", "a personal text does not fit its commitment"},
};

const char *custody_check_text(const char *check, enum custody_lang lang)
{
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
        if (strcmp(WORDS[i].id, check) == 0) {
            return lang == CUSTODY_ZH ? WORDS[i].zh : WORDS[i].en;
        }
    }
    return NULL;
}
